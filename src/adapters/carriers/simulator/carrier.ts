import { defineCarrier } from '#adapters/exchange/carrier.js'

export const simulator = defineCarrier({
  name: 'simulator',
  variables: {
    SHIPPING_SIMULATOR_WEBHOOK_SECRET: {
      kind: 'secrets',
      description: '`whsec_…` secrets of the simulated carrier, the signing one first; generated in development, comma-separated',
      pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
      reason: 'must be whsec_ and at least 24 bytes as base64',
      generate: (random) => `whsec_${Buffer.from(random).toString('base64')}`,
    },
    ALLOW_SIMULATOR: {
      kind: 'permission',
      description: 'Lets production take simulated payments, and make simulated labels',
      reason: 'must be true to take simulated payments or make simulated labels in production',
    },
  },
  settings: ({ SHIPPING_SIMULATOR_WEBHOOK_SECRET: secrets }) => ({ secrets }),
  load: async ({ secrets }) => {
    const { makeSimulatedCarrier } = await import('./simulated-carrier.js')
    return ({ logger, clock, localUrl }) => makeSimulatedCarrier({
      secrets,
      webhookUrl: () => `${localUrl()}/api/shipments/webhook/simulator`,
      clock,
      onGivenUp: ({ error, ...undelivered }) => { logger.warn({ ...undelivered, err: error }, 'a webhook of the simulated carrier was not delivered') },
    })
  },
})
