import type { CancelAnswer, CreateAnswer, CreatedLabel, FindAnswer, LabelAnswer, QuoteAnswer, RefusedLabel, ShipmentRequest } from '#application/ports/shipping-carrier.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import { wantedAt, type Shipment } from '#domain/shipping/shipment.js'
import { MINUTE_MS, type Timestamp } from '#domain/time.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, isFields, textOf, type Fields } from '#adapters/exchange/fields.js'
import { fetchLabel } from '#adapters/exchange/label.js'
import { canceledLabel, labelOnce, refusedLabel } from '#adapters/exchange/label-once.js'
import type { Answer, Client } from './client.js'
import { addressOf, createdOf, hasOffers, isBought, isCanceled, newShipment, offersOf, shipmentOf } from './shipment.js'

const COMPANY = 'Geliver'
const LABEL_HOSTS = ['.geliver.io']

/** Geliver asks its carriers for offers one after another, and is asked for them at most once a second. */
const OFFER_TRIES = 5
const OFFER_WAIT_MS = 1_000

/** A new shipment shows up late in the list. */
const LIST_IS_LATE_MS = MINUTE_MS

export interface Geliver extends Client {
  /** Geliver's number of a district. */
  readonly districtOf: (cityCode: string, district: string) => Promise<string | null>
  readonly wait: (milliseconds: number) => Promise<unknown>
}

export async function quote (geliver: Geliver, request: ShipmentRequest): Promise<QuoteAnswer> {
  const answer = await insert(geliver, request, null)
  if (answer.kind === 'refused') return answer
  const shipment = await withOffers(geliver, answer.id)
  return { kind: 'quotes', quotes: offersOf(shipment).map(({ id, ...offer }) => offer) }
}

/** A shipment first, then an offer for it, then its purchase. The first two cost nothing, and each is stored. */
export async function create (geliver: Geliver, request: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
  if (progress === null) {
    const answer = await insert(geliver, request, request.shipment.carrierKey)
    return answer.kind === 'refused' ? answer : { kind: 'progress', progress: answer.id }
  }
  const [id = '', offer] = progress.split(' ')
  return offer === undefined ? await choose(geliver, id, request.shipment) : await buy(geliver, id, offer)
}

type Inserted = { readonly kind: 'inserted', readonly id: string } | RefusedLabel

async function insert (geliver: Geliver, request: ShipmentRequest, orderNumber: string | null): Promise<Inserted> {
  const [sender, recipient] = [await addressIn(geliver, request.from, false), await addressIn(geliver, request.to, true)]
  if (sender === null || recipient === null) return refusedLabel(COMPANY, 'district_unknown', [sender === null ? 'from.district' : 'to.district'])
  const address = await geliver.call('POST', '/addresses', sender)
  if ('refused' in address) return refused(address)
  const made = await geliver.call('POST', '/shipments', newShipment(request, idIn(address.data), recipient, orderNumber))
  return 'refused' in made ? refused(made) : { kind: 'inserted', id: textOf(shipmentOf(made.data), 'id') }
}

async function addressIn ({ districtOf }: Geliver, address: ShippingAddress, isRecipient: boolean): Promise<object | null> {
  const district = await districtOf(String(address.cityCode), address.district)
  return district === null ? null : addressOf(address, Number(district), isRecipient)
}

/** @throws NoAnswer */
function idIn (data: unknown): string {
  const id = isFields(data) ? textOf(data, 'id') : ''
  if (id === '') throw new NoAnswer(`${COMPANY} answered an address without an id`)
  return id
}

/** @throws NoAnswer where the offers take too long */
async function withOffers (geliver: Geliver, id: string): Promise<Fields> {
  for (let tries = 1; tries <= OFFER_TRIES; tries++) {
    const shipment = await read(geliver, id)
    if (hasOffers(shipment) || isBought(shipment) || isCanceled(shipment)) return shipment
    await geliver.wait(OFFER_WAIT_MS)
  }
  throw new NoAnswer(`${COMPANY} has no offers yet`)
}

async function choose (geliver: Geliver, id: string, { service }: Shipment): Promise<CreateAnswer> {
  const shipment = await withOffers(geliver, id)
  const made = outcomeOf(shipment)
  if (made !== null) return made
  const offer = offersOf(shipment).find((one) => service === null || one.service === service)
  return offer === undefined ? refusedLabel(COMPANY, 'no_offer') : { kind: 'progress', progress: `${id} ${offer.id}` }
}

/** What Geliver makes of a second purchase of an offer is not known: it is asked before and after. */
async function buy (geliver: Geliver, id: string, offerID: string): Promise<CreateAnswer> {
  return await labelOnce(
    async () => outcomeOf(await read(geliver, id)),
    async () => {
      const answer = await geliver.call('POST', '/transactions', { offerID })
      return 'refused' in answer ? refused(answer) : boughtIn(answer.data)
    })
}

function boughtIn (data: unknown): CreatedLabel {
  const shipment = shipmentOf(isFields(data) ? fieldsOf(data, 'shipment') : null)
  if (!isBought(shipment)) throw new NoAnswer(`${COMPANY} answered a purchase without a label`)
  return createdOf(shipment)
}

/** Null while nothing is bought. */
function outcomeOf (shipment: Fields): CreatedLabel | RefusedLabel | null {
  if (isCanceled(shipment)) return canceledLabel(COMPANY)
  return isBought(shipment) ? createdOf(shipment) : null
}

/** @throws NoAnswer */
async function read (geliver: Geliver, id: string): Promise<Fields> {
  const answer = await geliver.call('GET', `/shipments/${id}`)
  if ('refused' in answer) throw new NoAnswer(`${COMPANY} does not show a shipment, with code ${answer.refused.code}`)
  return shipmentOf(answer.data)
}

/** By the stored id, else in the list of our key, which shows a new shipment late and may hold canceled ones beside it. */
export async function find (geliver: Geliver, shipment: Shipment, now: Timestamp): Promise<FindAnswer> {
  const id = idAt(shipment)
  if (id !== null) {
    const answer = await geliver.call('GET', `/shipments/${id}`)
    if (!('refused' in answer)) return found(shipmentOf(answer.data), shipment)
    if (answer.refused.status !== 404) throw new NoAnswer(`${COMPANY} refused to look for a shipment, with code ${answer.refused.code}`)
  }
  const [best] = (await listed(geliver, shipment.carrierKey)).toSorted((one, other) => rankOf(one) - rankOf(other))
  if (best !== undefined) return found(best, shipment)
  if (Date.parse(now) - Date.parse(wantedAt(shipment)) < LIST_IS_LATE_MS) throw new NoAnswer(`${COMPANY} lists new shipments late`)
  return { kind: 'not_found' }
}

async function listed (geliver: Geliver, carrierKey: string): Promise<readonly Fields[]> {
  const answer = await geliver.call('GET', `/shipments?orderNumber=${carrierKey}&limit=50&page=1`)
  if ('refused' in answer || !Array.isArray(answer.data)) throw new NoAnswer(`${COMPANY} did not list shipments`)
  return answer.data.map(shipmentOf).filter((one) => textOf(fieldsOf(one, 'order'), 'orderNumber') === carrierKey)
}

/** What is bought before what is not, and that before what is canceled. */
function rankOf (shipment: Fields): number {
  if (isCanceled(shipment)) return 2
  return isBought(shipment) ? 0 : 1
}

function found (value: Fields, shipment: Shipment): FindAnswer {
  const id = textOf(value, 'id')
  const progress = shipment.progress?.split(' ')[0] === id ? shipment.progress : id
  return { kind: 'found', progress, created: isBought(value) ? createdOf(value) : null, canceled: isCanceled(value) }
}

export async function label (geliver: Geliver, shipment: Shipment): Promise<LabelAnswer> {
  const id = idAt(shipment)
  const url = id === null ? '' : textOf(await read(geliver, id), 'labelURL')
  return url === '' ? { kind: 'later' } : await fetchLabel({ company: COMPANY, url, hosts: LABEL_HOSTS, baseUrl: geliver.baseUrl })
}

/** Whether it is canceled, a look-up tells: this answer is a word alone. */
export async function cancel (geliver: Geliver, shipment: Shipment): Promise<CancelAnswer> {
  const id = idAt(shipment)
  if (id === null) throw new NoAnswer('the shipment has no id of Geliver yet')
  const answer = await geliver.call('DELETE', `/shipments/${id}`)
  return 'refused' in answer ? refused(answer) : { kind: 'requested' }
}

export function idAt ({ carrierReference, progress }: Shipment): string | null {
  return carrierReference ?? progress?.split(' ')[0] ?? null
}

function refused ({ refused: { code } }: Extract<Answer, { readonly refused: unknown }>): RefusedLabel {
  return refusedLabel(COMPANY, code)
}
