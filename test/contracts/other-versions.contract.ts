import type { Test } from 'tap'
import { attempted } from '#domain/accounts/attempt.js'
import { registered } from '#domain/accounts/registration.js'
import { newSession, rotated } from '#domain/accounts/session.js'
import { changedUser, tombstone } from '#domain/accounts/user.js'
import { messageKey } from '#domain/messages/message.js'
import { LATER_DISPUTE_FIELDS, LATER_REFUND_FIELDS } from '#domain/payments/later-fields.js'
import { heldUntil } from '#domain/notifications/notification.js'
import { outboxShardOf } from '#application/ports/outbox-store.js'
import { report, resolved } from './message-report-store.contract.js'
import { notification } from './notification-store.contract.js'
import { anyPayment, at, message, noted, open, payment, webhookEvent, type MakePersistence } from './fixtures.js'
import { post } from '#domain/streamers/streamer.js'
import { registration } from './registration-store.contract.js'
import { put } from './streamer-store.contract.js'
import { user } from './user-store.contract.js'

/** An attribute that only another version knows. */
const OTHER = { otherVersion: { since: '2.0.0', list: [1, null] } }
const page = { before: null, limit: 10 }
/** A word of another version, where this one has a closed list. */
const word = (text: string): never => text as never

/** Two versions may run on one store at the same time: neither may lose what the other has stored. */
export function otherVersionsContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the report of a message keeps attributes and words of another version, and this one does not decide about a state that it does not know', async (t) => {
    const { messageReports } = await open(t, makePersistence)
    const odd = { ...report('msg_1'), ...OTHER, reason: word('threat') }
    await messageReports.insert(odd)
    t.same(await messageReports.find('msg_1'), odd)
    await messageReports.replace(resolved(odd))
    t.same((await messageReports.list('resolved', page)).items, [resolved(odd)])
    t.throws(() => resolved({ ...odd, state: word('escalated') }), { code: 'not_found' })
  })

  t.test('a payment keeps attributes and words of another version, also in its entries, and lists hold it', async (t) => {
    const { payments } = await open(t, makePersistence)
    const decision = payment('pay_1', { items: [{ name: 'bag', quantity: 1, unitAmount: 100, ...OTHER }] })
    const lease = { owner: 'o', epoch: 1, until: null, ...OTHER }
    const stored = {
      ...decision.payment,
      ...OTHER,
      status: word('on_hold'),
      flags: [word('odd')],
      lease,
      followUp: { tries: 0, dueAt: at(5), ...OTHER },
      refunds: [{ refundId: 're_1', amount: 1, status: word('queued'), reason: null, createdAt: at(0), lease, fingerprint: 'f', ...LATER_REFUND_FIELDS, ...OTHER }],
      disputes: [{ disputeId: 'd_1', amount: 1, status: word('in_review'), ...LATER_DISPUTE_FIELDS, ...OTHER }],
    }
    await payments.insert({ ...decision, payment: stored })
    t.same(await payments.find('pay_1'), stored)
    const { payment: changed } = await payments.update('pay_1', noted('x'))
    t.same(changed, { ...stored, description: 'x', updatedAt: at(1), version: 2 }, 'a change that does not concern them keeps them')
    t.same(await payments.find('pay_1'), changed)
    t.same((await payments.list(anyPayment(), page)).items, [changed])
    t.same((await payments.listOfUser('ayse', word('on_hold'), page)).items, [changed])
    t.same(await payments.due(at(9), 10), [changed])
  })

  t.test('a message keeps them when it is read', async (t) => {
    const { messages, conversations } = await open(t, makePersistence)
    const sent = { ...message('m1'), ...OTHER, status: word('recalled') }
    await messages.insert(sent)
    t.same(await messages.find('m1'), sent)
    const marker = { messageId: 'm1', messageKey: messageKey(sent), senderId: 'ayse', receiverId: 'mehmet', readAt: at(1) }
    t.equal(await conversations.markRead(marker), at(1))
    t.same((await messages.listConversation('ayse#mehmet', page)).items, [{ ...sent, read: true, readAt: at(1) }])
    t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 0, readAt: at(1) }])
  })

  t.test('a webhook event keeps them when it comes again and is applied, and one in a state of another version is not applied', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    await webhookEvents.insert({ ...webhookEvent('simulator#1'), ...OTHER, reason: word('odd') })
    t.same((await webhookEvents.list({ state: null, provider: null }, page)).items, [{ ...webhookEvent('simulator#1'), ...OTHER, reason: 'odd' }])
    const applied = webhookEvent('simulator#1', { state: 'applied', dueAt: null })
    t.match(await payments.update('pay_1', noted('x'), { webhookEvent: applied }), { duplicate: false })
    t.same(await webhookEvents.find('simulator#1'), { ...applied, ...OTHER })
    t.same(await webhookEvents.due(at(999), 10), [])
    await webhookEvents.insert(webhookEvent('simulator#2', { state: word('on_hold') }))
    t.match(await payments.update('pay_1', noted('y'), { webhookEvent: webhookEvent('simulator#2', { state: 'applied' }) }), { duplicate: true })
    t.match(await webhookEvents.find('simulator#2'), { state: 'on_hold' })
    t.match(await payments.find('pay_1'), { description: 'x' })
  })

  t.test('a notification keeps them, and one in a state of another version is not due', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const delivery = { state: word('queued'), reason: null, at: at(0), ...OTHER }
    const sealed = { to: 'ayse@example.com', locale: word('de'), link: null, ...OTHER }
    const first = { ...notification('ntf_1'), ...OTHER, kind: word('odd'), sealed, deliveries: { email: delivery, push: delivery } }
    await notifications.insert(first)
    t.same(await notifications.find('ntf_1'), first)
    const held = heldUntil(first, at(60))
    t.ok(await notifications.replace(held))
    t.same((await notifications.listOfUser('ayse', page)).items, [held])
    await notifications.insert({ ...notification('ntf_2', { userId: 'mehmet' }), state: word('on_hold') })
    t.match((await notifications.listOfUser('mehmet', page)).items, [{ state: 'on_hold' }])
    for (let queue = 0; queue < 4; queue++) t.same(await notifications.due(queue, at(9), 10), [])
  })

  t.test('a user keeps them until the account is deleted', async (t) => {
    const { users } = await open(t, makePersistence)
    const verification = { digest: 'd', expiresAt: at(60), ...OTHER }
    const earlierResets = [{ digest: 'e', expiresAt: at(60), epoch: 0, ...OTHER }]
    const ada = { ...user('ada'), ...OTHER, verification, earlierResets, emailChange: { email: 'x@example.com', digest: 'f', expiresAt: at(60), epoch: 0, ...OTHER }, secondFactor: { sealed: 's', onSince: null, lastStep: 0, recoveryDigests: [], ...OTHER }, role: word('auditor'), status: word('on_hold'), locale: word('de'), empty: null }
    await users.insert(ada)
    const renamed = await users.update('ada@example.com', (before) => changedUser(before, { name: 'Ada L.' }, at(1)))
    t.same(renamed, { ...ada, name: 'Ada L.', updatedAt: at(1), version: 2 })
    t.same(await users.find('usr_ada'), renamed)
    t.same((await users.list(page)).items, [renamed])
    await users.update('ada@example.com', (before) => tombstone(before, at(2)))
    t.notMatch(JSON.stringify(await users.find('usr_ada')), /otherVersion|empty|Ada/)
  })

  t.test('registrations, sessions, attempts, audit entries, streamers and ledgers keep them', async (t) => {
    const { registrations, sessions, attempts, audit, streamers } = await open(t, makePersistence)
    const session = { ...newSession(user('ada'), { sessionId: 'ses_1', familyDigest: 'f', tokenDigest: 't', device: null }, at(0)), ...OTHER }
    await sessions.insert(session)
    t.ok(await sessions.replace(session, rotated(session, 'u', at(1))))
    t.match(await sessions.find('ses_1'), { tokenDigest: 'u', ...OTHER })
    t.match((await sessions.listOfUser('usr_ada', page)).items, [OTHER])

    await registrations.update('reg_1', () => ({ email: 'ada@example.com', waiting: [{ ...registration('a'), ...OTHER }], expiresAt: at(60), version: 1, ...OTHER }))
    await registrations.update('reg_1', (before) => registered(before, 'ada@example.com', registration('b'), at(0)))
    t.match(await registrations.find('reg_1'), { waiting: [OTHER, { digest: 'b' }], ...OTHER })

    const limit = { free: 5, delayMs: 1, delayMaxMs: 1, memoryMs: 60_000 }
    await attempts.update('key', () => ({ ...attempted(null, limit, at(0)), ...OTHER }))
    await attempts.update('key', (before) => attempted(before, limit, at(1)))
    t.match(await attempts.find('key'), { count: 2, ...OTHER })

    const entry = { auditId: 'aud_1', action: 'act', actorId: null, targetId: null, detail: {}, outcome: null, requestId: 'req', createdAt: at(0), ...OTHER }
    await audit.insert(entry)
    t.same((await audit.list(page)).items, [entry])

    const posted = await put(streamers, 'led_1')
    if (!posted.inserted) throw new Error('it is the first')
    const later = { ...posted.streamer, ...OTHER, version: 2 }
    await streamers.post({ streamerId: 'str_1', entryId: 'led_2' }, () => ({ streamer: later, entry: { ...posted.entry, ...OTHER, entryId: 'led_2', kind: word('gift'), createdAt: at(1) } }), { known: posted.streamer })
    await streamers.post({ streamerId: 'str_1', entryId: 'led_3' },
      (before) => post(before ?? later, { entryId: 'led_3', kind: 'spend', minutes: 1, paymentId: null, broadcastId: null, note: null, fingerprint: 'f' }, at(2)), { known: later })
    t.match(await streamers.find('str_1'), { minutesUsed: 1, version: 3, ...OTHER })
    t.match((await streamers.listEntries('str_1', page)).items, [{ entryId: 'led_3' }, { kind: 'gift', ...OTHER }, {}])
  })

  t.test('an event keeps them while it is parked and when it waits again', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const decision = payment('pay_1')
    const [created] = decision.events
    if (created === undefined) throw new Error('a new payment has an event')
    const event = { ...created, ...OTHER, type: word('payment.odd') }
    await payments.insert({ ...decision, events: [event] })
    const shard = outboxShardOf(event)
    const lease = await outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) })
    t.same(await outbox.read(shard, 10), [event])
    await outbox.park(lease, { event, reason: 'odd', parkedAt: at(1) })
    t.same((await outbox.parked(page)).items, [{ event, reason: 'odd', parkedAt: at(1) }])
    t.same(await outbox.unpark(event.eventId), event)
    t.same(await outbox.read(shard, 10), [event])
  })
}
