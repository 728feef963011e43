import t, { type Test } from 'tap'
import { makeIyzicoGateway } from '../../../src/adapters/gateways/iyzico/gateway.js'
import type { ChargeAnswer, WebhookDelivery } from '../../../src/application/ports/payment-gateway.js'
import { paymentGatewayContract, type GatewayHarness } from '../../contracts/payment-gateway.contract.js'
import { START } from '../../support/builders.js'
import { API_KEY, hmac, SECRET_KEY, startIyzicoServer } from '../../support/iyzico-server.js'

t.test('the promises of the port', async (t) => {
  paymentGatewayContract(t, harness)
})

async function harness (t: Test): Promise<GatewayHarness> {
  const server = await startIyzicoServer(t)
  return {
    gateway: makeIyzicoGateway({ apiKey: API_KEY, secretKey: SECRET_KEY, baseUrl: server.url, timeouts: { connectMs: 2_000, totalMs: 5_000 } }),
    effects: server.effects,
    // The page is the only way; asking for one of the tokens makes ready what it stands for.
    tokens: {
      ok: null,
      declined: null,
      get answerLost () {
        server.payAtOnce = true
        server.willMisbehave('reset_after')
        return null
      },
      get requestLost () {
        server.willMisbehave('reset')
        return null
      },
    },
    declineCode: '10051',
    approve: async (answer) => { server.pay(tokenOf(answer)) },
    decline: async (answer) => { server.fail(tokenOf(answer), '10051') },
    webhook: ({ paymentId }, signer) => webhook(paymentId, signer === 'provider' ? SECRET_KEY : 'the key of a stranger'),
    webhookFact: 'ask',
    webhookAgeMaxMs: null,
  }
}

function tokenOf (answer: ChargeAnswer): string {
  if (answer.kind !== 'requires_action') throw new Error(`iyzico answered ${answer.kind}`)
  return answer.reference
}

function webhook (paymentConversationId: string, key: string): WebhookDelivery {
  const token = '077aff05-1e9b-44aa-aa11-c268bb8b3826'
  const body = { paymentConversationId, merchantId: 1, token, status: 'SUCCESS', iyziReferenceCode: 'r', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziEventTime: 1, iyziPaymentId: 24_478_123 }
  const signature = hmac(`${key}CHECKOUT_FORM_AUTH24478123${token}${paymentConversationId}SUCCESS`, key)
  return { headers: { 'x-iyz-signature-v3': signature }, body: Buffer.from(JSON.stringify(body)), now: START }
}
