import type { CancelAnswer, CreateAnswer, FindAnswer, LabelAnswer, LabelFormat, QuoteAnswer, ShipmentRequest, TrackAnswer } from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { fieldsOf, textOf, type Fields } from '#adapters/exchange/fields.js'
import { fetchLabel } from '#adapters/exchange/label.js'
import { canceledLabel, refusedLabel } from '#adapters/exchange/label-once.js'
import type { Answer, Client, Refusal } from './client.js'
import { createdOf, idOf, isBought, newShipment, progressOf, ratesOf } from './shipment.js'
import { eventsOf, trackingUrlOf } from './tracker.js'

const COMPANY = 'EasyPost'
/** The purchase was made before. */
const BOUGHT = 'SHIPMENT.POSTAGE.EXISTS'
/** Buckets of Amazon in which EasyPost keeps labels. */
const LABEL_HOSTS = ['easypost-files.s3.us-west-2.amazonaws.com', 'easypost-files.s3-us-west-2.amazonaws.com', 'easypost-files.s3.amazonaws.com', '.easypost.com']

export async function quote ({ call }: Client, request: ShipmentRequest): Promise<QuoteAnswer> {
  const answer = await call('POST', '/shipments', newShipment(request, null))
  return 'refused' in answer ? refused(answer) : { kind: 'quotes', quotes: ratesOf(answer.value).map(({ id, ...rate }) => rate) }
}

/** First a shipment with its rates, which costs nothing; then, with its stored id, the purchase: EasyPost sells a shipment once. */
export async function create (client: Client, request: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
  if (progress !== null) return await buy(client, progress)
  const answer = await client.call('POST', '/shipments', newShipment(request, request.shipment.carrierKey))
  if ('refused' in answer) return refused(answer)
  const next = progressOf(answer.value, request.shipment)
  return next === null ? refusedLabel(COMPANY, 'no_rate') : { kind: 'progress', progress: next }
}

async function buy ({ call }: Client, progress: string): Promise<CreateAnswer> {
  const [id, rate] = partsOf(progress)
  const answer = await call('POST', `/shipments/${id}/buy`, { rate: { id: rate } })
  if (!('refused' in answer)) return bought(answer.value)
  if (answer.refused.code !== BOUGHT) return refused(answer)
  const made = await call('GET', `/shipments/${id}`)
  if ('refused' in made) throw new NoAnswer(`${COMPANY} does not show a shipment that it has sold`)
  return isCanceled(made.value) ? canceledLabel(COMPANY) : bought(made.value)
}

function bought (shipment: Fields): CreateAnswer {
  if (!isBought(shipment)) throw new NoAnswer(`${COMPANY} answered a purchase without a label`)
  return createdOf(shipment)
}

/** By the stored id, else by our reference, which EasyPost does not hold to be unique: no purchase was made without a stored id. */
export async function find ({ call }: Client, shipment: Shipment): Promise<FindAnswer> {
  const ids = [...knownIds(shipment), shipment.carrierKey]
  for (const id of ids) {
    const answer = await call('GET', `/shipments/${id}`)
    if (!('refused' in answer)) return found(answer.value, shipment)
    if (answer.refused.status !== 404) throw new NoAnswer(`${COMPANY} refused to look for a shipment, with code ${answer.refused.code}`)
  }
  return { kind: 'not_found' }
}

function found (value: Fields, shipment: Shipment): FindAnswer {
  const id = idOf(value)
  const stored = shipment.progress?.startsWith(`${id} `) === true ? shipment.progress : null
  const progress = stored ?? progressOf(value, shipment) ?? `${id} none`
  return { kind: 'found', progress, created: isBought(value) ? createdOf(value) : null, canceled: isCanceled(value) }
}

/** EasyPost makes a label in another format when it is asked for one. */
export async function label ({ call, baseUrl }: Client, shipment: Shipment, format: LabelFormat): Promise<LabelAnswer> {
  const answer = await call('GET', `/shipments/${idAt(shipment)}/label?file_format=${format.toUpperCase()}`)
  const url = 'refused' in answer ? '' : textOf(fieldsOf(answer.value, 'postage_label'), `label_${format}_url`)
  return url === '' ? { kind: 'later' } : await fetchLabel({ company: COMPANY, url, hosts: LABEL_HOSTS, baseUrl })
}

export async function track ({ call }: Client, shipment: Shipment): Promise<TrackAnswer> {
  const answer = await call('GET', `/shipments/${idAt(shipment)}`)
  if ('refused' in answer) return notFound(answer)
  const tracker = fieldsOf(answer.value, 'tracker')
  const { trackingNumber } = createdOf(answer.value)
  return { kind: 'tracked', events: eventsOf(tracker), trackingNumber, trackingUrl: trackingUrlOf(tracker), canceled: isCanceled(answer.value) }
}

function notFound ({ refused: { status, code } }: Refusal): TrackAnswer {
  if (status === 404) return { kind: 'not_found' }
  throw new NoAnswer(`${COMPANY} refused to track a shipment, with code ${code}`)
}

/** A refund: EasyPost asks the carrier for it, and the answer takes days. */
export async function cancel ({ call }: Client, shipment: Shipment): Promise<CancelAnswer> {
  const answer = await call('POST', `/shipments/${idAt(shipment)}/refund`)
  if ('refused' in answer) return refused(answer)
  switch (textOf(answer.value, 'refund_status')) {
    case 'refunded': return { kind: 'canceled' }
    case 'submitted': return { kind: 'requested' }
    case 'rejected': case 'not_applicable': return refusedLabel(COMPANY, 'refund_rejected')
    default: throw new NoAnswer(`${COMPANY} did not say what becomes of a refund`)
  }
}

function isCanceled (shipment: Fields): boolean {
  return textOf(shipment, 'refund_status') === 'refunded'
}

function refused ({ refused: { code, fields } }: Exclude<Answer, { value: Fields }>): ReturnType<typeof refusedLabel> {
  return refusedLabel(COMPANY, code, fields)
}

function partsOf (progress: string): readonly [id: string, rate: string] {
  const [id = '', rate = ''] = progress.split(' ')
  return [id, rate]
}

function knownIds ({ carrierReference, progress }: Shipment): readonly string[] {
  const id = carrierReference ?? progress?.split(' ')[0]
  return id === undefined ? [] : [id]
}

/** Our reference finds what has no stored id yet. */
function idAt (shipment: Shipment): string {
  return knownIds(shipment)[0] ?? shipment.carrierKey
}
