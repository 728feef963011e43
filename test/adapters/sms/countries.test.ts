import t from 'tap'
import { isCountry, makeIsSmsCountry } from '#adapters/sms/countries.js'

t.test('SMS go to valid numbers of the listed countries alone', (t) => {
  const isSmsCountry = makeIsSmsCountry(['TR', 'DE'])
  for (const phone of ['+905321234567', '+4915123456789']) t.ok(isSmsCountry(phone), phone)
  for (const phone of ['+8801712345678', '+12025550123', '+905', '+999123456789', '', '05321234567', '+870773111632']) t.notOk(isSmsCountry(phone), phone)
  t.end()
})

t.test('a country has a code of two letters', (t) => {
  for (const code of ['TR', 'DE', 'US']) t.ok(isCountry(code))
  for (const code of ['', 'tr', 'XX', 'TUR', '*']) t.notOk(isCountry(code), code)
  t.end()
})
