import type { Test } from 'tap'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { type EasyPostOptions, makeEasyPost } from '#adapters/carriers/easypost/easypost.js'
import { API_KEY, startEasyPostServer, WEBHOOK_SECRET, type EasyPostServer } from '../../../support/carriers/easypost-server.js'

export function carrierAt (baseUrl: string, overrides: Partial<EasyPostOptions> = {}): ShippingCarrier {
  return makeEasyPost({ apiKey: API_KEY, webhookSecrets: [WEBHOOK_SECRET], baseUrl, limits: { connectMs: 2_000, totalMs: 5_000 }, ...overrides })
}

export async function openEasyPost (t: Test, overrides: Partial<EasyPostOptions> = {}): Promise<{ readonly server: EasyPostServer, readonly carrier: ShippingCarrier }> {
  const server = await startEasyPostServer(t)
  return { server, carrier: carrierAt(server.url, overrides) }
}
