import t from 'tap'
import { gatewayAnswering, openShop, PATHS } from './support.js'

t.test('keys that iyzico takes are accepted, by a call that changes nothing', async (t) => {
  const { server, gateway } = await openShop(t)
  t.same(await gateway.checkAccess?.(), { kind: 'accepted' })
  const [request, ...others] = server.requests
  t.match([request?.method, request?.path, others], ['POST', PATHS.installments, []])
  const { conversationId, ...sent } = JSON.parse(String(request?.body)) as { conversationId: string }
  t.match(conversationId, /^access_[0-9a-f]{32}$/)
  t.same(sent, { locale: 'tr', price: '1' })
  t.same(server.effects(), { charges: 0, refunds: 0 })
})

t.test('keys that iyzico does not take are refused, and any other refusal leaves it open', async (t) => {
  const answering = async (errorCode: string) => await (await gatewayAnswering(t, { [PATHS.installments]: { status: 'failure', errorCode } })).checkAccess?.()
  t.same(await answering('1001'), { kind: 'refused', about: 'access', code: '1001' })
  t.same(await answering('50000'), { kind: 'unknown', reason: 'iyzico refused a table of installments, with code 50000' })
})

t.test('an iyzico that does not answer leaves it open', async (t) => {
  const { server, gateway } = await openShop(t)
  server.willMisbehave('reset')
  t.match(await gateway.checkAccess?.(), { kind: 'unknown', reason: /iyzico/ })
})
