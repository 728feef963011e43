import { DomainError } from '#domain/errors.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { PreferencePorts } from '../notifications/notification-preferences.js'
import { resolvedAddress, type WrittenAddress } from './addresses.js'

export type SenderUseCases = ReturnType<typeof makeSenderUseCases>

/** Where the parcels of a seller start, unless a shipment says otherwise. A seller is any user: payments name them. */
export function makeSenderUseCases ({ notificationPreferences, notificationDefaults: { timeZone } }: PreferencePorts) {
  /** @throws not_found */
  async function getSenderAddress (userId: string): Promise<ShippingAddress> {
    const preferences = await notificationPreferences.find(userId)
    if (preferences === null || preferences.senderAddress === null) throw new DomainError('not_found', 'you have set no address')
    return preferences.senderAddress
  }

  /** @throws address_unresolved */
  async function setSenderAddress (userId: string, draft: WrittenAddress): Promise<ShippingAddress> {
    const senderAddress = resolvedAddress(draft)
    await notificationPreferences.update(userId, (before) => ({ ...before ?? defaultPreferences(timeZone), senderAddress }))
    return senderAddress
  }

  return { getSenderAddress, setSenderAddress }
}
