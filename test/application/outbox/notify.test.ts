import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import { messageSent } from '#domain/messages/message.js'
import type { Notification } from '#domain/notifications/notification.js'
import { PAYMENT_EVENT_TYPES, paymentEvents, type PaymentEventType } from '#domain/payments/decision.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aMessage, START } from '../../support/builders.js'

const notify = makeNotify({ identity, timeZone: 'Europe/Istanbul', shipWithinDays: 3 })

function led (event: OutboxEvent | undefined): Notification[] {
  if (event === undefined) throw new Error('there is one')
  t.equal(notify.wantsPayment(event), event.type === 'payment.succeeded')
  return notify.writes(event, null).flatMap((write) => write.kind === 'notification' ? [write.notification] : [])
}

const ofPayment = (type: PaymentEventType, sellerId: string | null = 'sela') => led(paymentEvents(null, aCapturedPayment({ sellerId }), [{ type, amount: 700 }])[0])

t.test('payers are notified of success, failure, refunds and required actions, sellers of disputes, operators of everything that needs a person', async (t) => {
  const told = PAYMENT_EVENT_TYPES.map((type) => [type, ofPayment(type).map(({ userId, kind }) => `${userId} ${kind}`)] as const).filter(([, who]) => who.length > 0)
  t.strictSame(Object.fromEntries(told), {
    'payment.requires_action': ['ada payment_action_required'],
    'payment.succeeded': ['ada payment_succeeded'],
    'payment.failed': ['ada payment_failed'],
    'payment.flagged': ['#operators payment_attention'],
    'refund.succeeded': ['ada payment_refunded'],
    ...Object.fromEntries(['opened', 'won', 'lost', 'warned', 'prevented'].map((word) => [`dispute.${word}`, ['#operators payment_attention', 'sela payment_attention']])),
  })
  t.match(ofPayment('dispute.opened', null).map(({ userId }) => userId), ['#operators'])
})

t.test('a notification has the amount of its event, and the same id each time it is made', async (t) => {
  const [refunded] = ofPayment('refund.succeeded')
  t.match(refunded, { subjectId: 'pay_1', amount: 700, currency: 'TRY', createdAt: START, dueAt: START, state: 'waiting', sealed: null })
  t.same(ofPayment('refund.succeeded'), [refunded])
  const ids = PAYMENT_EVENT_TYPES.flatMap((type, version) => led(paymentEvents(null, aCapturedPayment({ version }), [{ type }])[0])).map(({ notificationId }) => notificationId)
  t.equal(new Set(ids).size, 15)
  t.equal(ofPayment('payment.requires_action')[0]?.dueAt, laterBy(START, 600_000), 'most confirm without being reminded')
})

t.test('messages of one conversation within two minutes are one notification, due a minute after them', async (t) => {
  const at = (milliseconds: number, fields = {}) => led(messageSent(aMessage({ messageId: `m${milliseconds}`, createdAt: laterBy(START, milliseconds), ...fields })))
  const [first] = at(0)
  t.match(first, { userId: 'bora', kind: 'message_received', subjectId: 'ada', dueAt: laterBy(START, 180_000), amount: null })
  t.same(at(1), [first])
  t.same(at(119_999), [first])
  for (const other of [at(120_000), at(-1), at(0, { senderId: 'bora', receiverId: 'ada' }), at(0, { senderId: 'ceren' }), at(0, { receiverId: 'ceren' })]) {
    t.not(other[0]?.notificationId, first?.notificationId)
  }
})
