import t from 'tap'
import { attempted, heldUntil, isDue, isKnownKind, newNotification, revived, suppressed, type Channel, type Notification, type SendOutcome } from '#domain/notifications/notification.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const sealed = { to: 'ada@example.com', locale: 'tr', link: 'https://shop.example/reset' } as const
const fresh = newNotification({ notificationId: 'ntf_1', userId: 'ada', kind: 'payment_succeeded', subjectId: 'pay_1', sealed, createdAt: START })

const sent: SendOutcome = { kind: 'sent' }
const temporary: SendOutcome = { kind: 'temporary', reason: 'ETIMEDOUT' }
const permanent: SendOutcome = { kind: 'permanent', reason: 'EENVELOPE 550' }
const after = (before: Notification, outcomes: Partial<Record<Channel, SendOutcome>>, lateness = 0.5) =>
  attempted(before, new Map(Object.entries(outcomes) as Array<[Channel, SendOutcome]>), START, lateness)

t.test('a sent or suppressed notification is final, and loses its confidential part', async (t) => {
  t.match(after(fresh, { email: sent }), { state: 'sent', sealed: null, reason: null, attempts: 0, deliveries: { email: { state: 'sent', reason: null, at: START } }, version: 2 })
  t.match(suppressed(fresh, 'not wanted'), { state: 'suppressed', sealed: null, reason: 'not wanted', version: 2 })
})

t.test('a temporary failure is retried after 1, 5 and 30 minutes, 2 and 12 hours, and is dead after that', async (t) => {
  let notification = fresh
  for (const [index, minutes] of [1, 5, 30, 120, 720].entries()) {
    for (const [lateness, share] of [[0, 0.8], [1, 1.2]] as const) t.equal(after(notification, { email: temporary }, lateness).dueAt, laterBy(START, minutes * share * 60_000))
    notification = after(notification, { email: temporary })
    t.match(notification, { state: 'waiting', attempts: index + 1, dueAt: laterBy(START, minutes * 60_000), reason: 'email: ETIMEDOUT', deliveries: {} })
    t.same(notification.sealed, sealed)
  }
  const dead = after(notification, { email: temporary })
  t.match(dead, { state: 'dead', attempts: 6, reason: 'email: ETIMEDOUT', deliveries: { email: { state: 'failed', reason: 'ETIMEDOUT' } } })
  t.same(dead.sealed, sealed, 'so that it can be revived')
})

t.test('a permanent failure is dead at once', async (t) => {
  t.match(after(fresh, { email: permanent }), { state: 'dead', attempts: 1, reason: 'email: EENVELOPE 550' })
})

t.test('each channel ends by itself: a sent one is not sent again, and a failed one is not lost', async (t) => {
  const half = after(fresh, { email: sent, sms: temporary })
  t.match(half, { state: 'waiting', attempts: 1, deliveries: { email: { state: 'sent' } } })
  t.match(after(half, { sms: sent }), { state: 'sent', reason: null, deliveries: { email: { state: 'sent' }, sms: { state: 'sent' } } })
  const failed = after(fresh, { email: temporary, sms: permanent })
  t.match(failed, { state: 'waiting', deliveries: { sms: { state: 'failed' } } })
  t.match(after(failed, { email: sent }), { state: 'dead', reason: failed.reason })
})

t.test('a dead notification is retried on the channels where it failed', async (t) => {
  const dead = after(fresh, { email: sent, sms: permanent })
  const again = revived(dead, laterBy(START, 5))
  t.match(again, { state: 'waiting', attempts: 0, dueAt: laterBy(START, 5), version: 3 })
  t.same(Object.keys(again.deliveries), ['email'])
})

t.test('a waiting notification is due from its time on', async (t) => {
  const held = heldUntil(fresh, laterBy(START, 10))
  t.same([isDue(fresh, START), isDue(held, laterBy(START, 9)), isDue(held, laterBy(START, 10))], [true, false, true])
  t.notOk(isDue(suppressed(fresh, 'x'), laterBy(START, 1000)))
})

t.test('a retry keeps the deliveries that only another version knows', async (t) => {
  const dead: Notification = { ...fresh, state: 'dead', deliveries: { email: { state: 'failed', reason: 'x', at: START }, push: { state: 'opened', reason: null, at: START } } as never }
  t.same(revived(dead, START).deliveries, { push: { state: 'opened', reason: null, at: START } })
})

t.test('a kind that only another version knows is not a known one', async (t) => {
  t.same([isKnownKind('payment_succeeded'), isKnownKind('account_exists'), isKnownKind('stream_started' as never)], [true, true, false])
})
