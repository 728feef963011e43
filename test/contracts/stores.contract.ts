import type { Test } from 'tap'
import { apiKeyStoreContract } from './api-key-store.contract.js'
import { attemptStoreContract } from './attempt-store.contract.js'
import { attentionStoreContract } from './attention-store.contract.js'
import { auditStoreContract } from './audit-store.contract.js'
import { billingStoreContract } from './billing-store.contract.js'
import { channelStoreContract } from './channel-store.contract.js'
import { conversationStoreContract } from './conversation-store.contract.js'
import { erasureStoreContract } from './erasure-store.contract.js'
import { errorStoreContract } from './error-store.contract.js'
import { eventLogContract } from './event-log.contract.js'
import { open, type MakePersistence } from './fixtures.js'
import { messageReportStoreContract } from './message-report-store.contract.js'
import { messageStoreContract } from './message-store.contract.js'
import { sendingRulesContract } from './sending-rules.contract.js'
import { notificationPreferenceStoreContract } from './notification-preference-store.contract.js'
import { notificationStoreContract } from './notification-store.contract.js'
import { orderClaimsContract } from './order-claims.contract.js'
import { orderIndexContract } from './order-index.contract.js'
import { outboxDispatchContract } from './outbox-dispatch.contract.js'
import { otherVersionsContract } from './other-versions.contract.js'
import { outboxStoreContract } from './outbox-store.contract.js'
import { paymentDueContract } from './payment-due.contract.js'
import { paymentListContract } from './payment-list.contract.js'
import { paymentStoreContract } from './payment-store.contract.js'
import { performanceStoreContract } from './performance-store.contract.js'
import { webhookEventListContract } from './webhook-event-list.contract.js'
import { registrationStoreContract } from './registration-store.contract.js'
import { roundStoreContract } from './round-store.contract.js'
import { sessionStoreContract } from './session-store.contract.js'
import { feedStoreContract } from './feed-store.contract.js'
import { roomStoreContract } from './room-store.contract.js'
import { statsStoreContract } from './stats-store.contract.js'
import { shipmentStoreContract } from './shipment-store.contract.js'
import { streamerStoreContract } from './streamer-store.contract.js'
import { tellingContract } from './telling.contract.js'
import { userStoreContract } from './user-store.contract.js'
import { webhookEventStoreContract } from './webhook-event-store.contract.js'

/** What every technology that stores our data has to keep. */
export function persistenceContract (t: Test, makePersistence: MakePersistence): void {
  t.test('answers a ping', async (t) => {
    const { ping } = await open(t, makePersistence)
    await t.resolves(ping())
  })
  messageStoreContract(t, makePersistence)
  sendingRulesContract(t, makePersistence)
  messageReportStoreContract(t, makePersistence)
  conversationStoreContract(t, makePersistence)
  tellingContract(t, makePersistence)
  paymentStoreContract(t, makePersistence)
  orderClaimsContract(t, makePersistence)
  paymentDueContract(t, makePersistence)
  paymentListContract(t, makePersistence)
  roundStoreContract(t, makePersistence)
  billingStoreContract(t, makePersistence)
  shipmentStoreContract(t, makePersistence)
  streamerStoreContract(t, makePersistence)
  feedStoreContract(t, makePersistence)
  roomStoreContract(t, makePersistence)
  channelStoreContract(t, makePersistence)
  userStoreContract(t, makePersistence)
  registrationStoreContract(t, makePersistence)
  sessionStoreContract(t, makePersistence)
  erasureStoreContract(t, makePersistence)
  attemptStoreContract(t, makePersistence)
  apiKeyStoreContract(t, makePersistence)
  auditStoreContract(t, makePersistence)
  errorStoreContract(t, makePersistence)
  performanceStoreContract(t, makePersistence)
  webhookEventStoreContract(t, makePersistence)
  webhookEventListContract(t, makePersistence)
  orderIndexContract(t, makePersistence)
  attentionStoreContract(t, makePersistence)
  notificationStoreContract(t, makePersistence)
  notificationPreferenceStoreContract(t, makePersistence)
  outboxStoreContract(t, makePersistence)
  outboxDispatchContract(t, makePersistence)
  eventLogContract(t, makePersistence)
  statsStoreContract(t, makePersistence)
  otherVersionsContract(t, makePersistence)
}
