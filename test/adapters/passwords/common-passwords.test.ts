import t from 'tap'
import { makeCommonPasswords } from '#adapters/passwords/common-passwords.js'

t.test('the commonest long passwords are known in any case, and few others are taken for them', async (t) => {
  const isCommon = makeCommonPasswords()
  for (const common of ['1234567890', 'password123', 'qwertyuiop', '0987654321', 'iloveyou123', 'Password1!', '1q2w3e4r5t', 'PASSWORD123', 'galatasaray']) t.ok(isCommon(common), common)
  t.notOk(isCommon('dört tane mavi atkı'))
  const taken = Array.from({ length: 20_000 }, (_, index) => `no such password ${index}`).filter(isCommon)
  t.ok(taken.length < 10, String(taken.length))
})
