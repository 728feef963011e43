import { defineCarrier } from '#adapters/exchange/carrier.js'
import { CARRIER_PACE } from '#adapters/exchange/pace.js'

const URL_OF_EASYPOST = 'https://api.easypost.com'

export const easypost = defineCarrier({
  name: 'easypost',
  variables: {
    EASYPOST_API_KEY: {
      kind: 'secret',
      description: 'API key of EasyPost; one that begins with EZTK makes labels that no carrier takes',
      pattern: /^EZ[AT]K\w{10,}$/,
      test: /^EZTK/,
      reason: 'must be an API key, EZAK… or EZTK…, to ship by easypost',
    },
    EASYPOST_WEBHOOK_SECRETS: {
      kind: 'secrets',
      description: 'Secrets of the webhooks at EasyPost, comma-separated',
      pattern: /^\S{16,}$/,
      reason: 'must be a secret of at least 16 characters of each webhook to ship by easypost',
    },
    EASYPOST_BASE_URL: { kind: 'origin', description: 'Another server that speaks as EasyPost does' },
  },
  settings: ({ EASYPOST_API_KEY: apiKey, EASYPOST_WEBHOOK_SECRETS: webhookSecrets, EASYPOST_BASE_URL: baseUrl }) =>
    ({ apiKey, webhookSecrets, baseUrl: baseUrl ?? URL_OF_EASYPOST }),
  load: async (settings) => {
    const { makeEasyPost } = await import('./easypost.js')
    return () => ({ carrier: makeEasyPost(settings), pace: CARRIER_PACE })
  },
})
