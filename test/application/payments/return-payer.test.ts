import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { LEASE_OVER_MS, unknown, world } from '../../support/world.js'

t.test('a payer whose provider is no longer configured finds the payment unchanged', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown)
  const { payment: { paymentId } } = await w.process()
  w.time.advance(LEASE_OVER_MS)
  const returnPayer = makeReturnPayer({ payments: w.payments, gateways: [new ScriptedGateway({ provider: 'another' })], identity, clock: w.time.clock })
  t.match(await returnPayer(paymentId), { paymentId, status: 'pending' })
})
