import type { Test } from 'tap'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { type GeliverOptions, makeGeliver } from '#adapters/carriers/geliver/geliver.js'
import { type GeliverServer, startGeliverServer, TOKEN, WEBHOOK_TOKEN } from '../../../support/carriers/geliver-server.js'

export function carrierAt (baseUrl: string, overrides: Partial<GeliverOptions> = {}): ShippingCarrier {
  return makeGeliver({ token: TOKEN, webhookTokens: ['an older token of the webhooks', WEBHOOK_TOKEN], baseUrl, limits: { connectMs: 2_000, totalMs: 5_000 }, wait: async () => { await Promise.resolve() }, ...overrides })
}

export async function openGeliver (t: Test, overrides: Partial<GeliverOptions> = {}): Promise<{ readonly server: GeliverServer & { readonly labels: () => number }, readonly carrier: ShippingCarrier }> {
  const server = await startGeliverServer(t)
  return { server, carrier: carrierAt(server.url, overrides) }
}
