import t from 'tap'
import { STRIPE_KEY } from '../../../support/stripe-server.js'
import { gatewayAt, openShop } from './support.js'

t.test('a key that Stripe takes is accepted, by a call that reads nothing and changes nothing', async (t) => {
  const { server, gateway } = await openShop(t)
  t.same(await gateway.checkAccess?.(), { kind: 'accepted' })
  t.match(server.requests, [{ method: 'GET', path: '/v1/payment_intents/pi_none' }])
  server.intents.set('pi_none', { id: 'pi_none', object: 'payment_intent' })
  t.same(await gateway.checkAccess?.(), { kind: 'accepted' }, 'also where there is such a payment')
})

t.test('a key that Stripe does not take is refused, and its text is not repeated', async (t) => {
  const { server } = await openShop(t)
  const refused = await gatewayAt(server.url, { secretKey: 'sk_test_another' }).checkAccess?.()
  t.same(refused, { kind: 'refused', about: 'access', code: 'api_key_invalid' })
  const { server: older } = await openShop(t)
  older.alter = () => ({ error: { type: 'invalid_request_error', code: 'invalid_version', message: STRIPE_KEY } })
  t.same(await gatewayAt(older.url).checkAccess?.(), { kind: 'refused', about: 'request', code: 'invalid_version' })
})

t.test('a Stripe that does not answer leaves it open', async (t) => {
  const { server, gateway } = await openShop(t)
  server.willMisbehave('reset')
  t.match(await gateway.checkAccess?.(), { kind: 'unknown', reason: /Stripe/ })
})
