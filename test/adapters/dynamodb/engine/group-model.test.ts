import fc from 'fast-check'
import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import type { Send } from '#adapters/dynamodb/engine/group-call.js'
import { transact, type Check } from '#adapters/dynamodb/engine/write.js'
import { isClosed, itemsOf, TransactionModel, unitOf, type ModelFault, type Wish } from '../../../support/transaction-model.js'
import { databaseOf, type GroupSettings } from '../../../support/transactions.js'

/** Stands between the groups and DynamoDB, and does what a version with the bug would do. */
type Bug = (send: Send) => Send

const wishes = fc.array(fc.record<Wish>({
  row: fc.nat(30),
  counters: fc.uniqueArray(fc.nat(15), { maxLength: 3 }),
  isCareful: fc.boolean(),
  isInvalid: fc.integer({ min: 0, max: 19 }).map((number) => number === 0),
}), { minLength: 20, maxLength: 40 })

const faults = fc.array(fc.record<ModelFault>({
  kind: fc.oneof({ weight: 6, arbitrary: fc.constant('none' as const) }, fc.constantFrom('conflict', 'throttled', 'lost before', 'lost after', 'busy')),
  place: fc.nat(40),
  turns: fc.nat(3),
}), { maxLength: 20 })

type Ending = readonly Check[] | Error | null

/** What is wrong with the end of a transaction, by what the model has stored; null for nothing. */
function faultOf (unit: string, wish: Wish, ending: Ending, model: TransactionModel): string | null {
  const times = model.done.get(unit) ?? 0
  if (ending === null) return times === 1 ? null : `acknowledged, and done ${times} times`
  if (ending instanceof DomainError && ending.code === 'store_unavailable') return times <= 1 && model.unanswered.has(unit) ? null : `unknown, and done ${times} times`
  if (times > 0) return `refused, and done ${times} times`
  if (ending instanceof DomainError) return ending.code === 'store_busy' && model.unanswered.has(unit) ? null : `refused as ${ending.code}`
  if (ending instanceof Error) return wish.isInvalid ? null : `refused as ${ending.name}`
  const [row, ...counters] = ending
  const told = row?.row?.['unit']
  if (row?.failed === true && told !== model.rows.get(`row ${wish.row}`)) return `told that ${String(told)} made its row`
  if (counters.some(({ failed }, index) => failed !== (wish.isCareful && isClosed(wish.counters[index] ?? 0)))) return 'told of wrong counters'
  return ending.length === 1 + wish.counters.length && ending.some(({ failed }) => failed) ? null : 'refused for nothing'
}

async function faultsOf (plan: readonly ModelFault[], all: readonly Wish[], bug: Bug, settings: GroupSettings): Promise<readonly string[]> {
  const model = new TransactionModel(plan)
  const database = databaseOf(bug(model.send), settings)
  const endings = await Promise.all(all.map(async (wish, index) => await transact(database, itemsOf(`unit ${index}`, wish)).catch((error: unknown) => error as Error)))
  const wrong = all.map((wish, index) => faultOf(`unit ${index}`, wish, endings[index] ?? null, model)).filter((fault) => fault !== null)
  const raised = all.reduce((sum, { counters }, index) => sum + counters.length * (model.done.get(`unit ${index}`) ?? 0), 0)
  const stored = [...model.sums.values()].reduce((sum, value) => sum + value, 0)
  return [...wrong, ...model.brokenRules, ...(raised === stored ? [] : [`${stored} in place of ${raised}`])]
}

const holds = (bug: Bug = (send) => send, settings: GroupSettings = {}) => fc.asyncProperty(faults, wishes, async (plan, all) => {
  const found = await faultsOf(plan, all, bug, settings)
  if (found.length > 0) throw new Error(found.join('\n'))
})

t.test('whatever goes out together, and whatever fails, each transaction ends as the rows say', async () => {
  await fc.assert(holds(), { numRuns: 150 })
})

const isGroup = (items: Parameters<Send>[0]): boolean => new Set(items.map(unitOf)).size > 1

const shifted: Bug = (send) => async (items) => await send(items).catch((error: unknown) => {
  if (!(error instanceof TransactionCanceledException) || !isGroup(items)) throw error
  const own = items.filter((item) => unitOf(item) === unitOf(items[0] ?? {})).length
  const reasons = error.CancellationReasons ?? []
  throw new TransactionCanceledException({ $metadata: error.$metadata, message: error.message, CancellationReasons: [...reasons.slice(own), ...reasons.slice(0, own)] })
})

/** What a canceled call had nothing against counts as written. */
const notSentAgain: Bug = (send) => {
  const dropped = new Set<string>()
  return async (items) => {
    const sent = items.filter((item) => !dropped.has(unitOf(item)))
    if (sent.length < items.length) return null
    return await send(items).catch((error: unknown) => {
      if (error instanceof TransactionCanceledException && isGroup(items)) {
        const refused = new Set(items.filter((_, index) => error.CancellationReasons?.[index]?.Code !== 'None').map(unitOf))
        for (const unit of items.map(unitOf)) if (!refused.has(unit)) dropped.add(unit)
      }
      throw error
    })
  }
}

const unknownAcknowledged: Bug = (send) => async (items) => await send(items).catch((error: unknown) => {
  if (!(error instanceof DomainError) || error.code !== 'store_unavailable' || !isGroup(items)) throw error
  return null
})

const sentTwice: Bug = (send) => async (items) => {
  await send(items).catch(async (error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'store_unavailable' || !isGroup(items)) throw error
    return await send(items.filter(({ Put }) => Put === undefined))
  })
}

let places = 0
const PLANTED: ReadonlyArray<[name: string, bug: Bug, settings?: GroupSettings]> = [
  ['reasons are shifted by one transaction', shifted],
  ['a transaction that nothing was against is not sent again', notSentAgain],
  ['a group whose outcome is unknown is acknowledged', unknownAcknowledged],
  ['a group whose outcome is unknown is sent again without its token', sentTwice],
  ['two transactions of one row go in one call', (send) => send, { rowOf: () => `place ${places++}` }],
]

for (const [name, bug, settings] of PLANTED) {
  t.test(`the model catches that ${name}`, async (t) => {
    const { failed } = await fc.check(holds(bug, settings), { numRuns: 300, seed: 1, endOnFailure: true })
    t.equal(failed, true)
  })
}
