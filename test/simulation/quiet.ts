import type { Payment } from '#domain/payments/payment.js'
import { isWorthAsking, roundParts } from '#domain/payments/round.js'
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS } from '#domain/time.js'
import { MOMENT_OF_START, momentOf, spawn, violate, type Context } from './context.js'
import type { Repeat } from './ledger.js'
import type { Node } from './node.js'

/** Longer than the lease of a round. */
const ROUND_LEASE_MS = 11 * MINUTE_MS
/** More than any schedule has steps. */
const ROUNDS_MAX = 40
/** Of the requests that were answered, so many are made once more; of the flags that were raised, so many are decided. */
const REPEATS = 8
const DECISIONS = 4

/**
 * The faults cease, and time goes on until nothing is due any more: providers have told all that they will tell, the completer has run its
 * whole schedule, and events have taken their effect. The daily round of the next day then finds out what was never told of money that was
 * taken, and administrators ask about the rest and decide flags. Clients repeat requests of days ago, and all comes to rest once more.
 */
export async function settleDown (context: Context, nodes: readonly Node[]): Promise<void> {
  const { faults, scheduler, trace, ledger } = context
  trace.note(scheduler.now, 'world', 'faults cease')
  faults.cease()
  // Somebody puts in a disk that works.
  for (const node of nodes) node.repair()
  await scheduler.run({ until: scheduler.now + ROUND_LEASE_MS })
  await goRound(context, nodes)
  await comeToRest(context, nodes)
  await scheduler.run({ until: nextMidnight(scheduler.now) + MINUTE_MS })
  await goRound(context, nodes)
  const payments = await allPayments(context)
  for (const payment of payments) if (!isOfRound(context, payment)) spawn(context, async () => { await reconcile(context, nodes, payment) })
  // A person decides about what no one is asking any more.
  await scheduler.run()
  for (const payment of payments.filter(({ flags }) => flags.length > 0).slice(0, DECISIONS)) spawn(context, async () => { await decideFlag(context, nodes, payment) })
  await scheduler.run()
  for (const repeat of ledger.repeats.slice(0, REPEATS)) spawn(context, async () => { await again(context, nodes, repeat) })
  await comeToRest(context, nodes)
  // What refunds mean for shipments has events of its own.
  if (context.shipping.isOpen) await together(context, nodes, async (node) => { await node.dispatch() })
}

/** All payments, as the store has them. */
export async function allPayments ({ store }: Context): Promise<readonly Payment[]> {
  const all = { status: null, provider: null, userId: null, sellerId: null, flag: null, from: null, to: null }
  return (await store.payments.list(all, { before: null, limit: 1000 })).items
}

/** Whether the round of today has asked about it. */
function isOfRound (context: Context, payment: Payment): boolean {
  return isWorthAsking(payment, momentOf(context, HOUR_MS)) && roundParts(dayOf(momentOf(context))).some(({ from, to }) => from <= payment.createdAt && payment.createdAt < to)
}

function nextMidnight (now: number): number {
  return Math.ceil((MOMENT_OF_START + now) / DAY_MS) * DAY_MS - MOMENT_OF_START
}

/** The round of today: that of a process that has died is taken over. */
async function goRound (context: Context, nodes: readonly Node[]): Promise<void> {
  await together(context, nodes, async (node) => { await node.goRound() })
}

/** Both nodes are at work at once, and the last news of providers still comes in meanwhile. */
async function comeToRest (context: Context, nodes: readonly Node[]): Promise<void> {
  const { scheduler } = context
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const dueAt = await lastDue(context)
    // Leases have to run out, too.
    await scheduler.run({ until: Math.max(scheduler.now + 2 * MINUTE_MS, dueAt ?? 0) })
    const isLast = scheduler.isIdle && await lastDue(context) === null && nodes.every((node) => node.isDrained)
    await together(context, nodes, async (node) => { await (isLast ? node.dispatch() : node.complete()) })
    if (isLast) return
    if (dueAt === null) await scheduler.run()
  }
}

/** All nodes do it at once. */
export async function together (context: Context, nodes: readonly Node[], work: (node: Node) => Promise<void>): Promise<void> {
  let working = nodes.length
  for (const node of nodes) {
    spawn(context, async () => {
      await work(node)
      working--
    })
  }
  await context.scheduler.run({ isOver: () => working === 0 })
}

async function reconcile ({ random }: Context, nodes: readonly Node[], { paymentId }: Payment): Promise<void> {
  await random.pick(nodes).serve(async ({ reconcilePayment }) => await reconcilePayment(paymentId))
}

async function decideFlag ({ random }: Context, nodes: readonly Node[], { paymentId, flags }: Payment): Promise<void> {
  const decision = random.pick(['accept', 'dismiss'] as const)
  await random.pick(nodes).serve(async ({ resolveFlag }) => await resolveFlag({ paymentId, flag: random.pick(flags), decision }))
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
