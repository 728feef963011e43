import t, { type Test } from 'tap'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import { paymentGatewayContract, type GatewayHarness } from '../../../contracts/payment-gateway.contract.js'
import { START } from '../../../support/builders.js'
import { hmac, SECRET_KEY } from '../../../support/iyzico-server.js'
import { openShop, tokenOf } from './support.js'

t.test('the promises of the port', async (t) => {
  paymentGatewayContract(t, harness)
})

async function harness (t: Test): Promise<GatewayHarness> {
  const { server, gateway } = await openShop(t)
  return {
    gateway,
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
    decline: async (answer) => {
      server.fail(tokenOf(answer), '10051')
      // He tries no other card, and the page closes.
      server.time += 60 * 60 * 1000
    },
    webhook: ({ paymentId }, signer) => webhook(paymentId, signer === 'provider' ? SECRET_KEY : 'the key of a stranger'),
    webhookFact: 'ask',
    webhookAgeMaxMs: null,
  }
}

function webhook (paymentConversationId: string, key: string): WebhookDelivery {
  const token = '077aff05-1e9b-44aa-aa11-c268bb8b3826'
  const body = { paymentConversationId, merchantId: 1, token, status: 'SUCCESS', iyziReferenceCode: 'r', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziEventTime: 1, iyziPaymentId: 24_478_123 }
  const signature = hmac(`${key}CHECKOUT_FORM_AUTH24478123${token}${paymentConversationId}SUCCESS`, key)
  return { headers: { 'x-iyz-signature-v3': signature }, body: Buffer.from(JSON.stringify(body)), now: START }
}
