import { defineCarrier } from '#adapters/exchange/carrier.js'
import { CARRIER_PACE } from '#adapters/exchange/pace.js'

const URL_OF_GELIVER = 'https://api.geliver.io'

export const geliver = defineCarrier({
  name: 'geliver',
  variables: {
    GELIVER_TOKEN: { kind: 'secret', description: 'API token of Geliver', pattern: /^\S{16,}$/, reason: 'must be an API token to ship by geliver' },
    GELIVER_WEBHOOK_TOKEN: {
      kind: 'secrets',
      description: 'Secrets in the address of the webhooks of Geliver, which signs nothing, comma-separated',
      pattern: /^[\w-]{32,}$/,
      reason: 'must be at least 32 letters, digits, _ or - to ship by geliver',
    },
    GELIVER_BASE_URL: { kind: 'origin', description: 'Another server that speaks as Geliver does' },
  },
  settings: ({ GELIVER_TOKEN: token, GELIVER_WEBHOOK_TOKEN: webhookTokens, GELIVER_BASE_URL: baseUrl }) => ({ token, webhookTokens, baseUrl: baseUrl ?? URL_OF_GELIVER }),
  load: async (settings) => {
    const { makeGeliver } = await import('./geliver.js')
    return () => ({ carrier: makeGeliver(settings), pace: CARRIER_PACE })
  },
})
