import { defineCarrier } from '#adapters/exchange/carrier.js'
import { CARRIER_PACE } from '#adapters/exchange/pace.js'

const LIVE_URL = 'https://api.mngkargo.com.tr'
const TEST_URL = 'https://testapi.mngkargo.com.tr'

const needed = { kind: 'secret', pattern: /./, reason: 'must be set to ship by dhl_ecommerce' } as const

export const dhlEcommerce = defineCarrier({
  name: 'dhl_ecommerce',
  variables: {
    DHL_ECOMMERCE_CLIENT_ID: { ...needed, description: 'Client id of the application at DHL eCommerce' },
    DHL_ECOMMERCE_CLIENT_SECRET: { ...needed, description: 'Its secret' },
    DHL_ECOMMERCE_CUSTOMER_NUMBER: { ...needed, description: 'Customer number of the contract with DHL eCommerce' },
    DHL_ECOMMERCE_PASSWORD: { ...needed, description: 'Its password for the API' },
    DHL_ECOMMERCE_BASE_URL: { kind: 'origin', test: /\/\/testapi\./, description: 'Address of DHL eCommerce; in production that of its API without it, else that of its test system' },
  },
  settings: (values, production) => ({
    clientId: values.DHL_ECOMMERCE_CLIENT_ID,
    clientSecret: values.DHL_ECOMMERCE_CLIENT_SECRET,
    customerNumber: values.DHL_ECOMMERCE_CUSTOMER_NUMBER,
    password: values.DHL_ECOMMERCE_PASSWORD,
    baseUrl: values.DHL_ECOMMERCE_BASE_URL ?? (production ? LIVE_URL : TEST_URL),
  }),
  load: async (settings) => {
    const { makeDhlEcommerce } = await import('./dhl-ecommerce.js')
    return () => ({ carrier: makeDhlEcommerce(settings), pace: CARRIER_PACE })
  },
})
