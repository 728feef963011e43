import type { ShippingAddress } from '#domain/shipping/address.js'

/** The address from which a seller ships where a request does not say; null where they have none. @throws store_unavailable, store_busy */
export type SenderOf = (sellerId: string | null) => Promise<ShippingAddress | null>
