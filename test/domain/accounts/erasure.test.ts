import t from 'tap'
import { advancedErasure, ERASURE_STEPS, heldErasure, newErasure, type Erasure } from '#domain/accounts/erasure.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

t.test('an erasure goes through all steps at once and once more a day later', async (t) => {
  const walked: string[] = []
  let erasure: Erasure | null = newErasure('ada', 'ada@example.com', START)
  while (erasure !== null) {
    walked.push(`${erasure.pass} ${erasure.step} ${erasure.dueAt}`)
    erasure = advancedErasure(heldErasure(erasure, erasure.dueAt), null, erasure.dueAt)
  }
  const pass = (number: number, at: string) => ERASURE_STEPS.map((step) => `${number} ${step} ${at}`)
  t.same(walked, [...pass(1, START), ...pass(2, laterBy(START, DAY_MS))])
})

t.test('a piece that does not end its step goes on where it was, and is held by one owner', async (t) => {
  const first = newErasure('ada', null, START)
  const held = heldErasure(first, START)
  t.same(held, { ...first, dueAt: laterBy(START, 300_000), version: 2 })
  t.same(advancedErasure(held, 'key', START), { ...first, cursor: 'key', version: 3 })
})
