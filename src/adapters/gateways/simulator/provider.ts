import { defineProvider } from '#adapters/exchange/provider.js'

export const simulator = defineProvider({
  name: 'simulator',
  variables: {
    SIMULATOR_WEBHOOK_SECRET: {
      kind: 'secrets',
      description: '`whsec_…` secrets of the simulator, the signing one first; generated in development, comma-separated',
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
  settings: ({ SIMULATOR_WEBHOOK_SECRET: secrets }) => ({ secrets }),
  load: async ({ secrets }) => {
    const { makeSimulator } = await import('./simulator.js')
    return ({ logger, clock, identity, publicUrl, localUrl }) => makeSimulator({
      secrets,
      webhookUrl: () => `${localUrl()}/api/payments/webhook/simulator`,
      pageUrl: (reference) => `${publicUrl()}/simulator/pay/${reference}`,
      clock,
      identity,
      onGivenUp: ({ error, ...undelivered }) => { logger.warn({ ...undelivered, err: error }, 'a webhook of the simulator was not delivered') },
    })
  },
})
