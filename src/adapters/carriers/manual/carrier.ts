import { defineCarrier } from '#adapters/exchange/carrier.js'

export const manual = defineCarrier({
  name: 'manual',
  variables: {},
  settings: () => ({}),
  load: async () => {
    const { makeManualCarrier } = await import('./manual.js')
    return () => ({ carrier: makeManualCarrier() })
  },
})
