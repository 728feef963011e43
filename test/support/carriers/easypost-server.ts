import type { Lasting, ProviderReply, ProviderRequest, ProviderServer } from '../provider-server.js'
import { startProviderServer } from '../provider-server.js'
import { signatureOf } from '#adapters/carriers/easypost/webhook.js'

export const API_KEY = 'EZTK1234567890abcdef'
export const WEBHOOK_SECRET = 'sécret-of-the-tests'

interface Rate { readonly id: string, readonly carrier: string, readonly service: string, readonly rate: string, readonly currency: string, readonly delivery_days: number | null }
interface Detail { readonly status: string, readonly status_detail: string, readonly datetime: string, readonly message: string, readonly tracking_location: object | null }

export interface Bought {
  readonly id: string
  readonly reference: string | null
  readonly rates: readonly Rate[]
  label: { readonly id: string, readonly label_url: string, readonly label_pdf_url: string | null, readonly label_zpl_url: string | null } | null
  rate: Rate | null
  trackingCode: string | null
  refund: string | null
  status: string
  readonly details: Detail[]
}

export interface EasyPostServer extends ProviderServer {
  readonly shipments: readonly Bought[]
  /** What a purchase is refused with; null: nothing. */
  refuse: { readonly status: number, readonly code: string, readonly errors?: unknown } | null
  /** Rates that a new shipment has. */
  rates: readonly Rate[]
  /** What EasyPost makes of a refund. */
  refund: string
  /** Where the labels are; null: at this server. */
  labelUrl: string | null
  /** The label as it is there. */
  labelReply: ProviderReply
  readonly scan: (id: string, status: string, detail: string, at: string) => void
}

export const RATES: readonly Rate[] = [
  { id: 'rate_2', carrier: 'USPS', service: 'Express', rate: '33.10', currency: 'USD', delivery_days: 1 },
  { id: 'rate_1', carrier: 'USPS', service: 'Priority', rate: '5.93', currency: 'USD', delivery_days: 3 },
  { id: 'rate_3', carrier: 'UPS', service: 'Ground', rate: '7.50', currency: 'USD', delivery_days: null },
]

const PDF: ProviderReply = { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.4 a label' }

/** An EasyPost in memory. It sells a shipment once, and finds what was made last under a reference. */
export async function startEasyPostServer (t: Lasting): Promise<EasyPostServer> {
  const shipments: Bought[] = []
  const busy = new Set<string>()
  const provider = await startProviderServer(t, serve)
  const server: EasyPostServer = {
    ...provider,
    shipments,
    refuse: null,
    rates: RATES,
    refund: 'submitted',
    labelUrl: null,
    labelReply: PDF,
    scan: (id, status, detail, at) => {
      const one = shipments.find((shipment) => shipment.id === id)
      if (one === undefined) throw new Error(`there is no shipment ${id}`)
      one.status = status
      one.details.push({ status, status_detail: detail, datetime: at, message: `is ${status}`, tracking_location: { city: 'ANKARA', state: null, country: 'TR', zip: null } })
    },
  }
  return server

  async function serve ({ method, path, headers, body }: ProviderRequest): Promise<ProviderReply> {
    const { pathname, searchParams } = new URL(path, 'http://easypost')
    if (pathname.startsWith('/labels/')) return headers.authorization === undefined ? server.labelReply : { status: 400, body: 'a key went astray' }
    if (headers.authorization !== `Basic ${Buffer.from(`${API_KEY}:`).toString('base64')}`) return error(401, 'APIKEY.INACTIVE')
    const [, , , id = '', act] = pathname.split('/')
    if (method === 'POST' && id === '') return insert(JSON.parse(body.toString()) as NewShipment)
    if (id === '') return { body: { shipments: [], has_more: false } }
    const shipment = shipments.findLast((one) => one.id === id || one.reference === id)
    if (shipment === undefined) return error(404, 'NOT_FOUND')
    switch (act) {
      case 'buy': return await buy(shipment, JSON.parse(body.toString()) as { rate: { id: string } })
      case 'refund': return refund(shipment)
      case 'label': return labelled(shipment, String(searchParams.get('file_format')))
      default: return { body: shown(shipment) }
    }
  }

  interface NewShipment { readonly shipment: { readonly reference?: string, readonly parcel: { readonly weight: number } } }

  function insert ({ shipment: { reference, parcel } }: NewShipment): ProviderReply {
    if (!(parcel.weight > 0)) return error(422, 'SHIPMENT.INVALID_PARAMS')
    if (server.refuse !== null && server.refuse.status === 400) return error(server.refuse.status, server.refuse.code, server.refuse.errors)
    const made: Bought = { id: `shp_${shipments.length + 1}`, reference: reference ?? null, rates: server.rates, label: null, rate: null, trackingCode: null, refund: null, status: 'unknown', details: [] }
    shipments.push(made)
    return { status: 201, body: shown(made) }
  }

  async function buy (shipment: Bought, { rate: { id } }: { rate: { id: string } }): Promise<ProviderReply> {
    if (shipment.label !== null) return error(422, 'SHIPMENT.POSTAGE.EXISTS')
    if (busy.has(shipment.id)) return error(422, 'SHIPMENT.PURCHASE.IN_PROGRESS')
    if (server.refuse !== null) return error(server.refuse.status, server.refuse.code, server.refuse.errors)
    const rate = shipment.rates.find((one) => one.id === id)
    if (rate === undefined) return error(422, 'SHIPMENT.INVALID_PARAMS')
    busy.add(shipment.id)
    await new Promise(setImmediate)
    busy.delete(shipment.id)
    shipment.rate = rate
    shipment.trackingCode = `EZ100000000${shipments.indexOf(shipment) + 1}`
    shipment.label = { id: 'pl_1', label_url: urlOf('label.png'), label_pdf_url: null, label_zpl_url: null }
    shipment.status = 'pre_transit'
    return { body: shown(shipment) }
  }

  function refund (shipment: Bought): ProviderReply {
    if (shipment.label === null) return error(422, 'SHIPMENT.REFUND.UNAVAILABLE')
    shipment.refund = server.refund
    return { body: shown(shipment) }
  }

  function labelled (shipment: Bought, format: string): ProviderReply {
    if (shipment.label === null) return error(422, 'SHIPMENT.POSTAGE.MISSING')
    shipment.label = { ...shipment.label, [format === 'PDF' ? 'label_pdf_url' : 'label_zpl_url']: urlOf(`label.${format.toLowerCase()}`) }
    return { body: shown(shipment) }
  }

  function urlOf (name: string): string {
    return server.labelUrl ?? `${server.url}/labels/${name}`
  }

  function shown ({ id, reference, rates, label, rate, trackingCode, refund, status, details }: Bought): object {
    const tracker = trackingCode === null ? null : trackerOf(trackingCode, status, details)
    return { id, object: 'Shipment', reference, rates, postage_label: label, selected_rate: rate, tracking_code: trackingCode, refund_status: refund, status, tracker, messages: [] }
  }

  function error (status: number, code: string, errors: unknown = []): ProviderReply {
    return { status, body: { error: { code, message: 'Ayşe Alıcıgil, +905054445566 cannot be reached', errors } } }
  }
}

export function trackerOf (trackingCode: string, status: string, details: readonly Detail[]): object {
  return { id: 'trk_1', object: 'Tracker', tracking_code: trackingCode, status, status_detail: 'unknown', updated_at: '2026-03-01T13:00:00Z', public_url: `https://track.easypost.com/${trackingCode}`, tracking_details: details }
}

/** A webhook of EasyPost as it comes. */
export function easyPostWebhook (event: object, secret = WEBHOOK_SECRET): { readonly headers: Record<string, string>, readonly body: Buffer } {
  const body = Buffer.from(JSON.stringify(event))
  return { headers: { 'x-hmac-signature': signatureOf(secret, body) }, body }
}
