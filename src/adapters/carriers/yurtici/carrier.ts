import { defineCarrier } from '#adapters/exchange/carrier.js'
import { CARRIER_PACE } from '#adapters/exchange/pace.js'

const LIVE_URL = 'https://ws.yurticikargo.com'
const TEST_URL = 'http://testwebservices.yurticikargo.com:9090'

const needed = { kind: 'secret', pattern: /./, reason: 'must be set to ship by yurtici' } as const

export const yurtici = defineCarrier({
  name: 'yurtici',
  variables: {
    YURTICI_USER: { ...needed, description: 'User of the web service of Yurtiçi Kargo' },
    YURTICI_PASSWORD: { ...needed, description: 'Its password' },
    YURTICI_BASE_URL: { kind: 'origin', test: /\/\/testwebservices\./, description: 'Address of Yurtiçi Kargo; in production that of its service without it, else that of its test system' },
  },
  settings: ({ YURTICI_USER: user, YURTICI_PASSWORD: password, YURTICI_BASE_URL: baseUrl }, production) => ({ user, password, baseUrl: baseUrl ?? (production ? LIVE_URL : TEST_URL) }),
  load: async (settings) => {
    const { makeYurtici } = await import('./yurtici.js')
    return () => ({ carrier: makeYurtici(settings), pace: CARRIER_PACE })
  },
})
