import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Stores } from '#application/ports/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { success, unknown, world } from '../support/world.js'
import { inFull, startDynamoDb } from '../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => { await dynamoDb.stop() })

const PAYMENTS_AT_ONCE = 24
/** Longer than an event that only overtook another one waits. */
const TURN_MS = 60_001

const dispute = (disputeId: string, status: 'open' | 'won' | 'lost', amount: number): PaymentFact => ({ kind: 'dispute', disputeId, status, amount })

interface Story {
  readonly title: string
  /** Brings a payment to where the events begin. */
  readonly begin: (w: ReturnType<typeof world>, key: string) => Promise<Payment>
  readonly events: (payment: Payment) => readonly PaymentFact[]
  readonly end: Partial<Payment>
}

const STORIES: readonly [Story, ...Story[]] = [
  {
    title: 'a charge of unknown outcome with two disputes',
    begin: async (w, key) => {
      w.gateway.willCharge(unknown)
      return (await w.process({}, key)).payment
    },
    events: () => [
      { kind: 'processing', reference: 'ref-1' },
      success(),
      dispute('dp_1', 'open', 10_000),
      dispute('dp_1', 'won', 10_000),
      dispute('dp_2', 'open', 4_000),
      dispute('dp_2', 'lost', 4_000),
    ],
    end: { capturedAmount: 10_000, flags: [], followUp: null },
  },
  {
    title: 'a captured payment with two refunds under way and a dispute',
    begin: async (w, key) => {
      const { paymentId } = await w.captured({}, key)
      w.gateway.willRefund({ kind: 'pending' }, { kind: 'pending' })
      await w.refund({ paymentId, amount: 3_000, key: `${key}-1` })
      return (await w.refund({ paymentId, amount: 2_000, key: `${key}-2` })).payment
    },
    events: ({ refunds: [first, second] }) => [
      { kind: 'processing', reference: 'ref-1' },
      success(),
      { kind: 'refund', refundId: String(first?.refundId), status: 'succeeded', amount: 3_000, currency: 'TRY' },
      { kind: 'refund', refundId: String(second?.refundId), status: 'failed', amount: 2_000, currency: 'TRY' },
      dispute('dp_1', 'open', 4_000),
      dispute('dp_1', 'lost', 4_000),
    ],
    end: { capturedAmount: 10_000, refundedAmount: 3_000, flags: [], followUp: null },
  },
]

function * ordersOf<T> (items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) yield items
  else for (const [index, item] of items.entries()) for (const rest of ordersOf(items.toSpliced(index, 1))) yield [item, ...rest]
}

/** What has become of the payment, without what tells when, in how many steps and by whom. Lists in an order of their own. */
function stateOf (payment: Payment): unknown {
  const { status, capturedAmount, refundedAmount, providerReference, nextAction, failure, flags, followUp } = payment
  return {
    status, capturedAmount, refundedAmount, providerReference, nextAction, failure, flags, followUp,
    refunds: payment.refunds.map((refund) => `${refund.amount} ${refund.status}`),
    disputes: payment.disputes.map(({ disputeId, amount, status: end }) => `${disputeId} ${amount} ${end}`).sort(),
  }
}

/** Of all 720 orders, each `step`th. */
async function allOrders (t: Test, persistence: Stores, { begin, events, end }: Story, step = 1): Promise<void> {
  const w = world({ persistence })
  const orders = [...ordersOf([0, 1, 2, 3, 4, 5])].filter((_, index) => index % step === 0)
  t.equal(orders.length, Math.ceil(720 / step))
  // Many payments at once, each with its events one after the other.
  const payments: Payment[] = []
  const waiting = orders.entries()
  await Promise.all(Array.from({ length: PAYMENTS_AT_ONCE }, async () => {
    for (const [index, order] of waiting) {
      const payment = await begin(w, `key-${index}`)
      payments.push(payment)
      await tell(w, payment, order, events)
    }
  }))
  w.time.advance(TURN_MS)
  while (await w.completeWebhookEvents());
  for (const state of ['received', 'parked'] as const) {
    t.same((await w.listWebhookEvents({ state, provider: null, limit: 1, before: null })).items, [], `no event is ${state}`)
  }
  const states = new Set<string>()
  const stored = await w.payments.findMany(payments.map(({ paymentId }) => paymentId))
  t.equal(stored.length, orders.length)
  for (const payment of stored) states.add(JSON.stringify(stateOf(payment)))
  t.match(stored[0], end)
  t.equal(states.size, 1, [...states].join('\n'))
  t.match([...states][0], /dp_1 \d+ (won|lost)/)
}

async function tell (w: ReturnType<typeof world>, payment: Payment, order: readonly number[], events: Story['events']): Promise<void> {
  const facts = events(payment)
  for (const number of order) {
    const fact = facts[number] as PaymentFact
    const eventId = `${payment.paymentId.slice(-40)}-${number}`
    await w.told(payment.paymentId, fact, eventId)
    await w.told(payment.paymentId, fact, eventId)
  }
}

for (const story of STORIES) {
  t.test(`all 720 orders of six events, each told twice, end alike in memory: ${story.title}`, async (t) => {
    await allOrders(t, memoryStores(), story)
  })
}

t.test(`and in DynamoDB, where most of them come too early${inFull ? '' : ': some of the orders'}`, async (t) => {
  const store = dynamoDb.open(await dynamoDb.freshTables())
  t.teardown(async () => { await store.close() })
  await allOrders(t, store, STORIES[0], inFull ? 1 : 29)
})
