import type { Test } from 'tap'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { type DhlEcommerceOptions, makeDhlEcommerce } from '#adapters/carriers/dhl-ecommerce/dhl-ecommerce.js'
import { ACCOUNT, type DhlEcommerceServer, startDhlEcommerceServer } from '../../../support/carriers/dhl-ecommerce-server.js'

export function carrierAt (baseUrl: string, overrides: Partial<DhlEcommerceOptions> = {}): ShippingCarrier {
  return makeDhlEcommerce({ ...ACCOUNT, baseUrl, limits: { connectMs: 2_000, totalMs: 5_000 }, ...overrides })
}

export async function openDhlEcommerce (t: Test, overrides: Partial<DhlEcommerceOptions> = {}): Promise<{ readonly server: DhlEcommerceServer, readonly carrier: ShippingCarrier }> {
  const server = await startDhlEcommerceServer(t)
  return { server, carrier: carrierAt(server.url, overrides) }
}
