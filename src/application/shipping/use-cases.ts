import { makeCancelShipment } from './cancel-shipment.js'
import { makeCreateShipment, makeQuoteShipment, type CreateShipmentPorts } from './create-shipment.js'
import { makeConfirmDelivery, makeReconcileShipment, makeReportEvent, makeResolveShipment } from './decide-shipment.js'
import { makeAcceptReturn, makeAskReturn, makeDeclineReturn } from './returns.js'
import { makeGetShipment, makeListAllShipments, makeListShipments, makeListShipmentsOfPayment, makeReadLabel } from './read-shipments.js'

export type ShippingUseCases = ReturnType<typeof makeShippingUseCases>

export function makeShippingUseCases (ports: CreateShipmentPorts) {
  return {
    quoteShipment: makeQuoteShipment(ports),
    createShipment: makeCreateShipment(ports),
    listShipmentsOfPayment: makeListShipmentsOfPayment(ports),
    listShipments: makeListShipments(ports),
    listAllShipments: makeListAllShipments(ports),
    getShipment: makeGetShipment(ports),
    readLabel: makeReadLabel(ports),
    cancelShipment: makeCancelShipment(ports),
    reportEvent: makeReportEvent(ports),
    confirmDelivery: makeConfirmDelivery(ports),
    reconcileShipment: makeReconcileShipment(ports),
    resolveShipment: makeResolveShipment(ports),
    askReturn: makeAskReturn(ports),
    acceptReturn: makeAcceptReturn(ports),
    declineReturn: makeDeclineReturn(ports),
  }
}
