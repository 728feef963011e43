import type { Test } from 'tap'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { makeYurtici, type YurticiOptions } from '#adapters/carriers/yurtici/yurtici.js'
import { ACCOUNT, startYurticiServer, type YurticiServer } from '../../../support/carriers/yurtici-server.js'

export async function openYurtici (t: Test, overrides: Partial<YurticiOptions> = {}): Promise<{ readonly server: YurticiServer, readonly carrier: ShippingCarrier }> {
  const server = await startYurticiServer(t)
  return { server, carrier: makeYurtici({ ...ACCOUNT, baseUrl: server.url, limits: { connectMs: 2_000, totalMs: 5_000 }, ...overrides }) }
}
