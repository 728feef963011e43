import { memoryStores } from '#adapters/memory/stores.js'
import { type ErasureObserver, makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { makeErasePerson } from '#application/accounts/erase-person.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { Clock, Identity } from '#application/ports/system.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { makeExportPerson } from '#application/accounts/export-person.js'
import { makeReadBilling } from '#application/payments/read-billing.js'
import { makeAddStreamer } from '#application/streamers/add-streamer.js'
import { newUser } from '#domain/accounts/user.js'
import { orderTerms } from '#domain/payments/order-search.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS } from '#domain/time.js'
import { countingIdentity, settableClock, START } from './builders.js'

export const EMAIL = 'ada@example.com'
const ADDRESS = { contactName: 'Ada Yılmaz', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR' }
export const NAMED = { buyerEmail: EMAIL, shippingAddress: ADDRESS }
export const PREFERENCES = { ...defaultPreferences('Europe/Istanbul'), contact: { email: EMAIL, phone: '+905321234567' }, senderAddress: { contactName: 'Ada Yılmaz', phone: '+905321234567', line1: 'Gül Sokak 7', district: 'Konak', city: 'İzmir', cityCode: '35', country: 'TR' } }

/** The feeds as a node opens them to clear texts. */
export function openers ({ feeds, channelFeeds }: Pick<OpenStores, 'feeds' | 'channelFeeds'>, ports: { readonly clock: Clock, readonly identity: Identity }) {
  const pause = async (): Promise<void> => {}
  return { openRoom: makeOpenRoom({ feeds, pause, ...ports }), openChannel: makeOpenChannel({ feeds: channelFeeds, pause, ...ports }) }
}

/** A shop with a person who has everything that a person can have. */
export async function shop ({ knowsUsers = true, retainBillingYears = 10 } = {}) {
  const stores = memoryStores()
  const time = settableClock()
  const identity = countingIdentity()
  const failures: string[] = []
  const erasureObserver: ErasureObserver = ({ userId, step }) => { failures.push(`${userId} ${step}`) }
  const opened = openers(stores, { clock: time.clock, identity })
  const ports = { ...stores, ...opened, clock: time.clock, identity, knowsUsers, retainBillingYears, secondPassMs: DAY_MS, erasureObserver }
  const carryOut = makeCarryOutErasures(ports)
  const user = { ...newUser({ email: EMAIL, name: 'Ada Yılmaz', locale: 'tr', passwordHash: 'hash' }, 'ada', START), emailVerified: true, phone: '+905321234567' }
  if (knowsUsers) await stores.users.insert(user)
  const pay = async (payment: Payment): Promise<void> => {
    await stores.payments.insert({ payment, events: [] })
    await index(payment)
  }
  /** What a dispatcher writes of a payment as it has read it. */
  const index = async (payment: Payment): Promise<void> => {
    const lease = await stores.outbox.claim(0, { owner: 'test', now: START, until: START })
    const { paymentId, userId, createdAt } = payment
    await stores.outbox.complete(lease, [], orderTerms(payment).map((term) => ({ kind: 'term', term, paymentId, userId, createdAt } as const)))
  }
  const erasePerson = makeErasePerson(ports)
  return {
    ...stores,
    ...time,
    ...opened,
    pay,
    index,
    identity,
    user,
    failures,
    erasureObserver,
    erase: async (command: Omit<Parameters<typeof erasePerson>[0], 'email'>, email: string | null = null) => { await erasePerson({ ...command, email }) },
    exportPerson: makeExportPerson(ports),
    readBilling: makeReadBilling(ports),
    addStreamer: makeAddStreamer({ ...stores, identity, clock: time.clock }),
    carryOut,
    /** Carries out everything that is due. Returns the number of pieces. */
    settle: async (): Promise<number> => {
      let pieces = 0
      while (await carryOut()) pieces++
      return pieces
    },
  }
}

export const found = async ({ orderIndex }: Awaited<ReturnType<typeof shop>>, email = EMAIL) =>
  (await orderIndex.candidates({ terms: [`=${email}`], userId: null, range: { low: null, high: null }, limit: 10 })).items.length
