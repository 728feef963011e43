import t from 'tap'
import { advancedErasure, derivedErasure, ERASURE_STEPS, heldErasure, newErasure, restarted, type Erasure, type ErasurePiece } from '#domain/accounts/erasure.js'
import { DAY_MS, laterBy, MINUTE_MS } from '#domain/time.js'
import { START } from '../../support/builders.js'

const END: ErasurePiece = { cursor: null, addresses: [], isLeft: false }

t.test('an erasure goes through all steps at once and once more a day later', async (t) => {
  const walked: string[] = []
  let erasure: Erasure | null = newErasure('ada', ['ada@example.com'], START)
  while (erasure !== null) {
    walked.push(`${erasure.pass} ${erasure.step} ${erasure.dueAt}`)
    erasure = advancedErasure(heldErasure(erasure, erasure.dueAt), END, erasure.dueAt, DAY_MS)
  }
  const pass = (number: number, at: string) => ERASURE_STEPS.map((step) => `${number} ${step} ${at}`)
  t.same(walked, [...pass(1, START), ...pass(2, laterBy(START, DAY_MS))])
})

t.test('a piece that does not end its step goes on where it was, and is held by one owner', async (t) => {
  const first = newErasure('ada', [], START)
  const held = heldErasure(first, START)
  t.same(held, { ...first, dueAt: laterBy(START, 300_000), version: 2 })
  t.same(advancedErasure(held, { ...END, cursor: 'key' }, START, DAY_MS), { ...first, cursor: 'key', version: 3 })
})

t.test('a pass that has left something is followed by another one, and the second pass waits for none', async (t) => {
  const last = { ...newErasure('ada', [], START), step: ERASURE_STEPS[ERASURE_STEPS.length - 1] ?? 'account' }
  const again = { step: 'account', isUnfinished: false } as const
  t.match(advancedErasure({ ...last, isUnfinished: true }, END, START, DAY_MS), { ...again, pass: 1, dueAt: laterBy(START, 15 * MINUTE_MS) })
  t.match(advancedErasure(last, { ...END, isLeft: true }, laterBy(START, DAY_MS), DAY_MS), { ...again, pass: 2, dueAt: laterBy(START, DAY_MS) })
  t.match(advancedErasure({ ...last, pass: 2 }, { ...END, isLeft: true }, START, DAY_MS), { ...again, pass: 2, dueAt: laterBy(START, 15 * MINUTE_MS) })
  t.equal(advancedErasure({ ...last, pass: 2 }, END, START, DAY_MS), null)
  t.match(advancedErasure(newErasure('ada', [], START), { ...END, isLeft: true }, START, DAY_MS), { step: 'addresses', isUnfinished: true })
})

t.test('an erasure remembers each address once, and one that begins again those of both', async (t) => {
  const first = newErasure('ada', ['a@x.example'], START)
  const next = advancedErasure(first, { ...END, addresses: ['a@x.example', 'b@x.example'] }, START, DAY_MS)
  t.same(next?.addresses, ['a@x.example', 'b@x.example'])
  if (next === null) return
  const later = laterBy(START, MINUTE_MS)
  t.same(restarted(next, newErasure('ada', ['c@x.example'], later)), { ...newErasure('ada', ['a@x.example', 'c@x.example'], later), addresses: ['a@x.example', 'b@x.example', 'c@x.example'], version: 3 })
  t.same(derivedErasure(first, 'str_1', 'a@x.example'), { ...newErasure('str_1', [], START), email: 'a@x.example', addresses: ['a@x.example'] })
  const many = Array.from({ length: 101 }, (_, index) => `${index}@x.example`)
  t.same(advancedErasure(first, { ...END, addresses: many }, START, DAY_MS)?.addresses, many.slice(1))
})
