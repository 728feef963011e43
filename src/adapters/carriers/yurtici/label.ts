import type { CancelAnswer, CreateAnswer, CreatedLabel, FindAnswer, RefusedLabel, ShipmentRequest, TrackAnswer } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { desiOf } from '#domain/shipping/parcel.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import type { Fields } from '#adapters/exchange/fields.js'
import { canceledLabel, labelOnce, refusedLabel } from '#adapters/exchange/label-once.js'
import { type Client, COMPANY, type Result } from './client.js'
import { elementOf, elementsOf, type Elements } from './soap.js'
import { eventsOf, trackingUrlOf } from './tracking.js'

/** Yurtiçi knows no parcel by this key. */
const NO_SUCH_KEY = '80859'
/** The label is not to be carried, or was canceled. */
const CANCELED: ReadonlySet<string> = new Set(['CNL', 'ISC'])

/** No parcel has this key. */
const NO_KEY = 'BV00000000000000X'

const NAME_LETTERS_MIN = 5

/** @throws carrier_unsupported */
export function check ({ shipment: { direction, service }, from, to }: ShipmentRequest): void {
  if (direction === 'return') throw new DomainError('carrier_unsupported', 'returns by Yurtiçi are not offered')
  if (from.country !== 'TR' || to.country !== 'TR') throw new DomainError('carrier_unsupported', 'Yurtiçi carries within Türkiye')
  if (service !== null) throw new DomainError('carrier_unsupported', 'Yurtiçi has one service: leave it out')
  if (!/^\+90\d{10}$/.test(to.phone)) throw new DomainError('carrier_unsupported', 'Yurtiçi needs a Turkish phone number of the recipient')
  if ((to.contactName.match(/\p{L}/gu) ?? []).length < NAME_LETTERS_MIN) throw new DomainError('carrier_unsupported', `Yurtiçi needs a recipient of at least ${NAME_LETTERS_MIN} letters`)
}

/** Every element is there, and those without a use are empty; those of cash on delivery always. */
function orderOf ({ shipment: { carrierKey, parcels }, to, content }: ShipmentRequest): Elements {
  const kilograms = parcels.reduce((sum, { weightG }) => sum + (weightG - weightG % 1000) / 1000 + Number(weightG % 1000 > 0), 0)
  return [
    ['cargoKey', carrierKey],
    ['invoiceKey', carrierKey],
    ['receiverCustName', to.contactName],
    ['receiverAddress', [to.line1, to.line2].filter((line) => line !== undefined).join(' ')],
    ['receiverPhone1', to.phone.slice(-10)],
    ['receiverPhone2', ''],
    ['receiverPhone3', ''],
    ['cityName', to.city],
    ['townName', to.district],
    ['custProdId', ''],
    ['desi', String(parcels.reduce((sum, parcel) => sum + desiOf(parcel), 0))],
    ['kg', String(kilograms)],
    ['cargoCount', String(parcels.length)],
    ['waybillNo', ''],
    ['specialField1', ''],
    ['specialField2', ''],
    ['specialField3', ''],
    ['ttInvoiceAmount', ''],
    ['ttDocumentId', ''],
    ['ttCollectionType', ''],
    ['ttDocumentSaveType', ''],
    ['dcSelectedCredit', ''],
    ['dcCreditRule', ''],
    ['description', content.slice(0, 255)],
    ['orgGeoCode', ''],
    ['privilegeOrder', ''],
    ['orgReceiverCustId', ''],
    ['taxNumber', ''],
    ['taxOfficeId', ''],
    ['emailAddress', to.email ?? ''],
  ]
}

/** One step. Yurtiçi holds our key to be unique for all we know: it is looked for before a label is made, and again where it is refused. */
export async function create (client: Client, request: ShipmentRequest): Promise<CreateAnswer> {
  const { shipment } = request
  return await labelOnce(
    async () => outcomeOf(shipment, await detailAt(client, shipment)),
    async () => {
      const answer = await client.call('createShipment', 'userLanguage', [['ShippingOrderVO', orderOf(request)]], 'shippingOrderDetailVO')
      return answer.isDone ? createdOf(shipment, {}) : refused(answer)
    })
}

/** Null where Yurtiçi knows no such parcel. @throws NoAnswer unless it says so by its own code */
async function detailAt (client: Client, shipment: Shipment): Promise<Fields | null> {
  const { isDone, detail, code } = await query(client, shipment.carrierKey)
  if (isDone && elementOf(detail, 'cargoKey') === shipment.carrierKey) return detail
  if (code === NO_SUCH_KEY) return null
  throw new NoAnswer(`${COMPANY} did not say whether it knows a parcel, with code ${code}`)
}

async function query (client: Client, carrierKey: string): Promise<Result> {
  const elements: Elements = [['keys', carrierKey], ['keyType', '0'], ['addHistoricalData', 'true'], ['onlyTracking', 'false']]
  return await client.call('queryShipment', 'wsLanguage', elements, 'shippingDeliveryDetailVO')
}

function outcomeOf (shipment: Shipment, detail: Fields | null): CreatedLabel | RefusedLabel | null {
  if (detail === null) return null
  return isCanceled(detail) ? canceledLabel(COMPANY) : createdOf(shipment, detail)
}

function isCanceled (detail: Fields): boolean {
  return CANCELED.has(elementOf(detail, 'operationStatus'))
}

/** The shop prints our key: it is the label, and Yurtiçi's own number comes when it has the parcel. */
function createdOf ({ carrierKey }: Shipment, detail: Fields): CreatedLabel {
  return { kind: 'created', carrierReference: carrierKey, carrierName: null, service: null, trackingNumber: numberOf(detail), trackingUrl: trackingUrlOf(detail), price: null, label: null }
}

function numberOf (detail: Fields): string | null {
  const [item = {}] = elementsOf(detail, 'shippingDeliveryItemDetailVO')
  const number = elementOf(item, 'docId')
  return number === '' || number === '0' ? null : number
}

export async function find (client: Client, shipment: Shipment): Promise<FindAnswer> {
  const detail = await detailAt(client, shipment)
  return detail === null ? { kind: 'not_found' } : { kind: 'found', progress: 'order', created: createdOf(shipment, detail), canceled: isCanceled(detail) }
}

export async function track (client: Client, shipment: Shipment): Promise<TrackAnswer> {
  const detail = await detailAt(client, shipment)
  if (detail === null) return { kind: 'not_found' }
  return { kind: 'tracked', events: eventsOf(shipment.carrierKey, detail), trackingNumber: numberOf(detail), trackingUrl: trackingUrlOf(detail), canceled: isCanceled(detail) }
}

/** Whether it is canceled, a look-up tells: this answer is a word alone. */
export async function cancel (client: Client, { carrierKey }: Shipment): Promise<CancelAnswer> {
  const answer = await client.call('cancelShipment', 'userLanguage', [['cargoKeys', carrierKey]], 'shippingCancelDetailVO')
  return answer.isDone ? { kind: 'requested' } : refused(answer)
}

/** Whether Yurtiçi takes our account: it answers for a key that is not there. */
export async function takesAccount (client: Client): Promise<{ readonly isTaken: boolean, readonly code: string }> {
  const { isDone, code } = await query(client, NO_KEY)
  return { isTaken: isDone || code === NO_SUCH_KEY, code }
}

function refused ({ code }: Result): RefusedLabel {
  return refusedLabel(COMPANY, code === '0' ? 'no_code' : code)
}
