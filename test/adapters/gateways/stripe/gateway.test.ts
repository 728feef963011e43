import t, { type Test } from 'tap'
import { paymentGatewayContract, type GatewayHarness } from '../../../contracts/payment-gateway.contract.js'
import { delivery, openShop, WEBHOOK_SECRET } from './support.js'

const WAYS: ReadonlyArray<readonly [name: string, token: string | null]> = [
  ['by a card', 'pm_card_visa'],
  ['by a card whose bank asks for a confirmation', 'pm_3ds'],
  ['on the page of Stripe', null],
]

for (const [name, token] of WAYS) {
  t.test(`the promises of the port, to who pays ${name}`, async (t) => {
    paymentGatewayContract(t, async (t) => await harness(t, token))
  })
}

async function harness (t: Test, ok: string | null): Promise<GatewayHarness> {
  const { server, gateway } = await openShop(t)
  return {
    gateway,
    effects: server.effects,
    // Asking for one of the tokens makes ready what it stands for.
    tokens: {
      ok,
      declined: 'pm_declined',
      get answerLost () {
        server.willMisbehave('none', 'reset_after')
        return 'pm_card_visa'
      },
      get requestLost () {
        server.willMisbehave('reset')
        return 'pm_card_visa'
      },
    },
    declineCode: 'insufficient_funds',
    async approve (answer) {
      if (answer.kind !== 'requires_action') return
      if (answer.reference.startsWith('cs_')) server.pay(answer.reference)
      const intent = server.intents.get(answer.reference)
      if (intent?.['status'] === 'requires_action') Object.assign(intent, { status: 'succeeded', amount_received: 10_000 })
    },
    decline: async () => {},
    webhook: ({ paymentId }, signer) => delivery('payment_intent.succeeded', {
      id: 'pi_1', object: 'payment_intent', status: 'succeeded', amount: 10_000, amount_received: 10_000, currency: 'try', metadata: { paymentId },
    }, signer === 'provider' ? WEBHOOK_SECRET : 'whsec_ofAStranger'),
    webhookFact: { kind: 'succeeded' },
    webhookAgeMaxMs: 300_000,
  }
}
