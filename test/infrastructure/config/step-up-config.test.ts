import t from 'tap'
import { stepUpAmountsOf } from '#infrastructure/config/step-up-config.js'

t.test('limits are minor units by currency', (t) => {
  t.equal(stepUpAmountsOf({}), null)
  for (const text of ['', ' , ']) t.equal(stepUpAmountsOf({ STEP_UP_AMOUNT: text }), null)
  t.same([...stepUpAmountsOf({ STEP_UP_AMOUNT: 'TRY:500000, USD:0' }) ?? []], [['TRY', 500_000], ['USD', 0]])
  t.end()
})

t.test('other texts are refused', (t) => {
  for (const text of ['500000', 'TRY', 'TRY:', 'TRY:1.5', 'TRY:-1', 'try:1', 'XYZ:1', 'TRY:100000000000', 'TRY:1;USD:2']) {
    t.throws(() => stepUpAmountsOf({ STEP_UP_AMOUNT: text }), { message: 'STEP_UP_AMOUNT must hold minor units by currency, such as TRY:500000,USD:20000' }, text)
  }
  t.throws(() => stepUpAmountsOf({ STEP_UP_AMOUNT: 'TRY:1,USD:2,TRY:3' }), { message: 'STEP_UP_AMOUNT must name each currency once' })
  t.end()
})
