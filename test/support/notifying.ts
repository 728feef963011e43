import { makeIsSmsCountry } from '#adapters/sms/countries.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import { notificationRenderer } from '#adapters/templates/renderer.js'
import { type DeliveryPorts, makeDeliverNotifications } from '#application/notifications/deliver-notifications.js'
import { makeForesee } from '#application/notifications/foresee.js'
import { indexOrder } from '#application/outbox/effects/index-order.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { Mail, Send, TextMessage } from '#application/ports/notification-channels.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import type { Stores } from '#application/ports/stores.js'
import type { SendOutcome } from '#domain/notifications/notification.js'
import { changedUser, newUser, type User } from '#domain/accounts/user.js'
import { created, decided, type PaymentEventType } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS } from '#domain/time.js'
import { aPayment, settableClock, START } from './builders.js'
import { dispatcherOf } from './dispatching.js'

/** A channel that records messages and answers as planned, `sent` by default. */
export function scriptedSender<T extends Mail | TextMessage> () {
  const taken: T[] = []
  const planned: Array<SendOutcome | Error> = []
  const send: Send<T> = async (message) => {
    taken.push(message)
    const outcome = planned.shift() ?? { kind: 'sent' }
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return { taken, send, will: (...outcomes: Array<SendOutcome | Error>) => { planned.push(...outcomes) } }
}

/** Notifications from event to sender, on memory and a clock that stands still. */
export function notifying (overrides: Partial<DeliveryPorts> = {}, stores: Stores = memoryStores()) {
  const time = settableClock()
  const email = scriptedSender<Mail>()
  const sms = scriptedSender<TextMessage>()
  const observed: string[] = []
  const ports: DeliveryPorts = {
    ...stores,
    notificationDefaults: { locale: 'tr', timeZone: 'Europe/Istanbul', operationsEmail: 'operations@example.com' },
    notificationSenders: { email: email.send, sms: sms.send },
    notificationRenderer,
    notificationObserver: ({ kind, state }) => { observed.push(`${kind} ${state}`) },
    unsubscribeUrl: ({ userId, kind }) => `https://api.example/unsubscribe/${kind}.${userId}`,
    appUrl: null,
    smsTables: 'turkish',
    identity,
    isSmsCountry: makeIsSmsCountry(['TR']),
    lateness: () => 0.5,
    abandonMs: DAY_MS,
    clock: time.clock,
    ...overrides,
  }
  const deliverQueue = makeDeliverNotifications(ports)
  const dispatching = { effects: [indexOrder, makeNotify({ identity, timeZone: 'Europe/Istanbul', shipWithinDays: 3 })], clock: time.clock }
  const dispatcher = dispatcherOf(stores, dispatching)
  const foresee = makeForesee(ports)
  return {
    ...stores,
    time,
    email,
    sms,
    observed,
    dispatcher,
    /** The dispatcher of DynamoDB mode. */
    foreseeing: dispatcherOf(stores, { ...dispatching, foresee }),
    foresee,
    /** One run of each queue; whether any was full. */
    deliver: async (): Promise<boolean[]> => await Promise.all(Array.from({ length: NOTIFICATION_QUEUES }, async (_, queue) => await deliverQueue(queue))),
    /** An account, with a confirmed address by default. */
    account: async (userId: string, fields: Partial<User> = {}): Promise<User> => {
      const email = `${userId}@example.com`
      const user = newUser({ email, name: userId, locale: 'tr', passwordHash: 'hash' }, userId, START)
      await stores.users.insert(user)
      return await stores.users.update(email, (before) => changedUser(before, fields, START))
    },
    history: async (userId: string) => (await stores.notifications.listOfUser(userId, { before: null, limit: 100 })).items,
  }
}

/** Something happens to a payment of ada, who has no account, but a token with an e-mail address. */
export async function happens ({ payments, dispatcher }: ReturnType<typeof notifying>, type: PaymentEventType, fields: Partial<Payment> = {}): Promise<void> {
  const before = aPayment({ payerEmail: 'ada@shop.example' })
  await payments.insert(created(before))
  await payments.update('pay_1', (payment) => decided(payment, { ...payment, ...fields }, START, [{ type }]))
  await dispatcher.run()
}
