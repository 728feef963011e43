import t from 'tap'
import { shippingCarrierContract } from '../../../contracts/shipping-carrier.contract.js'
import { ACCOUNT } from '../../../support/carriers/yurtici-server.js'
import { openYurtici } from './support.js'

shippingCarrierContract(t, async (t, totalMs) => {
  const { server, carrier } = await openYurtici(t, { limits: { connectMs: 2_000, totalMs } })
  return {
    carrier,
    server,
    labels: () => server.labels,
    secrets: Object.values(ACCOUNT),
    scan: ({ carrierKey }) => {
      const cargo = server.cargo.get(carrierKey)
      if (cargo === undefined) return
      cargo.status = 'IND'
      cargo.item = '<shippingDeliveryItemDetailVO><docId>123456789012</docId><documentDate>20260301</documentDate><trackingUrl>https://kargo.example/?code=1&amp;x=2</trackingUrl></shippingDeliveryItemDetailVO>'
    },
    confirmCancel: () => {},
    labelAt: null,
    webhook: null,
  }
})
