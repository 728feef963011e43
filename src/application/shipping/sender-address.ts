import { DomainError } from '#domain/errors.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { SenderOf } from '../ports/sender.js'
import type { PreferencePorts } from '../notifications/notification-preferences.js'
import { resolvedAddress, type WrittenAddress } from './addresses.js'

/** The address from which a seller ships where a request does not say. */
export function makeSenderOf ({ notificationPreferences }: Pick<PreferencePorts, 'notificationPreferences'>): SenderOf {
  return async function senderOf (sellerId) {
    const preferences = sellerId === null ? null : await notificationPreferences.find(sellerId)
    return preferences === null ? null : preferences.senderAddress
  }
}

export type SenderUseCases = ReturnType<typeof makeSenderUseCases>

/** Where the parcels of a seller start, unless a shipment says otherwise. A seller is any user: payments name them. */
export function makeSenderUseCases ({ notificationPreferences, notificationDefaults: { timeZone } }: PreferencePorts) {
  const senderOf = makeSenderOf({ notificationPreferences })

  /** @throws not_found */
  async function getSenderAddress (userId: string): Promise<ShippingAddress> {
    const address = await senderOf(userId)
    if (address === null) throw new DomainError('not_found', 'you have set no address')
    return address
  }

  /** @throws address_unresolved */
  async function setSenderAddress (userId: string, draft: WrittenAddress): Promise<ShippingAddress> {
    const senderAddress = resolvedAddress(draft)
    await notificationPreferences.update(userId, (before) => ({ ...before ?? defaultPreferences(timeZone), senderAddress }))
    return senderAddress
  }

  return { getSenderAddress, setSenderAddress }
}
