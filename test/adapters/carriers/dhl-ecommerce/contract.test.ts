import t from 'tap'
import { shippingCarrierContract } from '../../../contracts/shipping-carrier.contract.js'
import { ACCOUNT } from '../../../support/carriers/dhl-ecommerce-server.js'
import { openDhlEcommerce } from './support.js'

shippingCarrierContract(t, async (t, totalMs) => {
  const { server, carrier } = await openDhlEcommerce(t, { limits: { connectMs: 2_000, totalMs } })
  return {
    carrier,
    server,
    labels: () => server.labels,
    secrets: [...Object.values(ACCOUNT), 'jwt-1'],
    scan: ({ carrierKey }) => {
      const order = server.orders.get(carrierKey)
      if (order !== undefined) Object.assign(order, { status: '2', at: '01.03.2026 18:00:00' })
    },
    confirmCancel: () => {},
    labelAt: null,
    webhook: null,
  }
})
