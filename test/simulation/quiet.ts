import { MOMENT_OF_START, spawn, violate, type Context } from './context.js'
import type { Repeat } from './ledger.js'
import type { Node } from './node.js'

const MINUTE_MS = 60_000
/** More than any schedule has steps. */
const ROUNDS_MAX = 40
/** Of the requests that were answered, so many are made once more. */
const REPEATS = 8

/**
 * The faults cease, and time goes on until nothing is due any more: providers have told all that they will tell, the completer has run its
 * whole schedule, and events have taken their effect. Then lost news arrives, clients repeat requests of days ago, and all comes to rest once more.
 */
export async function settleDown (context: Context, nodes: readonly Node[], tellLost: () => void): Promise<void> {
  const { faults, scheduler, trace } = context
  trace.note(scheduler.now, 'world', 'faults cease')
  faults.cease()
  // Somebody puts in a disk that works.
  for (const node of nodes) node.repair()
  await comeToRest(context, nodes)
  tellLost()
  for (const repeat of context.ledger.repeats.slice(0, REPEATS)) spawn(context, async () => { await again(context, nodes, repeat) })
  await comeToRest(context, nodes)
}

/** Both nodes are at work at once, and the last news of providers still comes in meanwhile. */
async function comeToRest (context: Context, nodes: readonly Node[]): Promise<void> {
  const { scheduler } = context
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const dueAt = await lastDue(context)
    // Leases have to run out, too.
    await scheduler.run({ until: Math.max(scheduler.now + 2 * MINUTE_MS, dueAt ?? 0) })
    const isLast = scheduler.isIdle && await lastDue(context) === null && nodes.every((node) => node.isDrained)
    let working = nodes.length
    for (const node of nodes) {
      spawn(context, async () => {
        await (isLast ? node.dispatch() : node.complete())
        working--
      })
    }
    await scheduler.run({ isOver: () => working === 0 })
    if (isLast) return
    if (dueAt === null) await scheduler.run()
  }
}

/** A key is good for ever. */
async function again (context: Context, nodes: readonly Node[], { key, run }: Repeat): Promise<void> {
  const { id, replayed } = await context.random.pick(nodes).serve(run)
  if (!replayed && !context.quarantined.has(id)) violate(context, 'one key leads to one entity', `${key} was taken for a new one`)
  context.ledger.answered(key, id)
}

/** When all that is due some day will be due; null where nothing is. */
async function lastDue ({ store }: Context): Promise<number | null> {
  const payments = await store.payments.due('9999', 1000)
  const events = await store.webhookEvents.due('9999', 1000)
  const moments = [...payments.map(({ followUp }) => followUp?.dueAt), ...events.map((event) => event.dueAt)].filter((moment) => moment !== undefined)
  return moments.length === 0 ? null : Math.max(...moments.map((moment) => Date.parse(moment))) - MOMENT_OF_START + MINUTE_MS
}
