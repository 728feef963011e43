import { defineProvider } from '#adapters/exchange/provider.js'

export const stripe = defineProvider({
  name: 'stripe',
  variables: {
    STRIPE_SECRET_KEY: {
      kind: 'secret',
      description: 'Key of Stripe, secret or restricted',
      pattern: /^(sk|rk)_(test|live)_\w+$/,
      test: /^.._test_/,
      reason: 'must be a secret or restricted key, such as sk_live_…, to take payments by stripe',
    },
    STRIPE_WEBHOOK_SECRETS: {
      kind: 'secrets',
      description: '`whsec_…` secrets of the webhook endpoints at Stripe, comma-separated',
      pattern: /^whsec_\S{16,}$/,
      reason: 'must be whsec_… of each webhook endpoint to take payments by stripe',
    },
    STRIPE_BASE_URL: { kind: 'origin', description: 'Another server that speaks as Stripe does' },
  },
  settings: ({ STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRETS: webhookSecrets, STRIPE_BASE_URL: baseUrl }) => ({ secretKey, webhookSecrets, baseUrl }),
  load: async (settings) => {
    const { makeStripeGateway } = await import('./gateway.js')
    return () => ({ gateway: makeStripeGateway(settings) })
  },
})
