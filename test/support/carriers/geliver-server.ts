import { type Lasting, type ProviderReply, type ProviderRequest, type ProviderServer, startProviderServer } from '../provider-server.js'

export const TOKEN = 'geliver-token-of-the-tests'
export const WEBHOOK_TOKEN = 'geliver-webhook-token-of-the-tests'

export interface Offer { readonly id: string, readonly providerCode: string, readonly providerServiceCode: string, readonly totalAmount: string | number, readonly currency: string }

export interface Parcel {
  readonly id: string
  readonly orderNumber: string | null
  readonly body: Readonly<Record<string, unknown>>
  readonly at: number
  offer: Offer | null
  status: string
  looks: number
  cancelDate: string | null
  tracking: Readonly<Record<string, unknown>> | null
}

export interface GeliverServer extends ProviderServer {
  readonly parcels: Parcel[]
  readonly addresses: object[]
  offers: readonly Offer[]
  /** Looks at a shipment until its offers are there. */
  looksUntilOffers: number
  /** What a purchase is answered with in place of its success; `isBought`: it is made nevertheless. */
  purchase: { readonly reply: ProviderReply, readonly isBought: boolean } | null
  /** What creates nothing. */
  refuse: { readonly status: number, readonly code: string } | null
  /** Whether lists lag, so that they show nothing new. */
  lags: boolean
  /** Whether a tracking number is there after a purchase. */
  hasNumber: boolean
  /** Canceling changes nothing, whatever is answered. */
  cancelLies: boolean
  labelUrl: string | null
  labelReply: ProviderReply
  districts: unknown
}

export const OFFERS: readonly Offer[] = [
  { id: 'offer-2', providerCode: 'PTT', providerServiceCode: 'PTT_STANDART', totalAmount: '120.5000', currency: 'TRY' },
  { id: 'offer-1', providerCode: 'SURAT', providerServiceCode: 'SURAT_STANDART', totalAmount: 89.9, currency: 'TRY' },
  { id: 'offer-3', providerCode: 'PTT', providerServiceCode: 'PTT_KAPIDA_ODEME', totalAmount: '10', currency: 'TRY' },
]

/** A Geliver in memory. It sells an offer as often as it is asked. */
export async function startGeliverServer (t: Lasting): Promise<GeliverServer & { readonly labels: () => number }> {
  const parcels: Parcel[] = []
  const addresses: object[] = []
  let labels = 0
  const provider = await startProviderServer(t, serve)
  const server: GeliverServer = {
    ...provider,
    parcels,
    addresses,
    offers: OFFERS,
    looksUntilOffers: 2,
    purchase: null,
    refuse: null,
    lags: false,
    hasNumber: true,
    cancelLies: false,
    labelUrl: null,
    labelReply: { body: '%PDF-1.4 a label' },
    districts: [{ districtID: 107605, name: 'BAGCILAR' }, { districtID: '100000', name: 'Çankaya' }],
  }
  return Object.assign(server, { labels: () => labels })

  function serve ({ method, path, headers, body }: ProviderRequest): ProviderReply {
    const { pathname, searchParams } = new URL(path, 'http://geliver')
    if (pathname.startsWith('/labels/')) return headers.authorization === undefined ? server.labelReply : { status: 400, body: 'a token went astray' }
    if (headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, 'E1001')
    const [, , , noun, id = ''] = pathname.split('/')
    const json = body.length === 0 ? {} : JSON.parse(body.toString()) as Record<string, unknown>
    switch (`${method} ${String(noun)}${id === '' ? '' : '/id'}`) {
      case 'GET districts': return success(server.districts)
      case 'POST addresses': return insertAddress(json)
      case 'POST shipments': return insert(json)
      case 'GET shipments': return success(list(searchParams.get('orderNumber')))
      case 'GET shipments/id': return withParcel(id, look)
      case 'DELETE shipments/id': return withParcel(id, cancel)
      case 'POST transactions': return buy(String(json['offerID']))
      default: return refusal(404, 'E1404')
    }
  }

  function insertAddress (address: object): ProviderReply {
    if (server.refuse !== null) return refusal(server.refuse.status, server.refuse.code)
    addresses.push(address)
    return success({ id: `address-${addresses.length}` })
  }

  function insert (body: Record<string, unknown>): ProviderReply {
    const order = body['order'] as { readonly orderNumber: string } | undefined
    const parcel: Parcel = { id: `shipment-${parcels.length + 1}`, orderNumber: order?.orderNumber ?? null, body, at: parcels.length, offer: null, status: 'CREATED', looks: 0, cancelDate: null, tracking: null }
    parcels.push(parcel)
    return success(shown(parcel))
  }

  function list (orderNumber: string | null): readonly object[] {
    return server.lags ? [] : parcels.filter((one) => orderNumber === null || one.orderNumber?.startsWith(orderNumber) === true).map(shown)
  }

  function withParcel (id: string, act: (parcel: Parcel) => ProviderReply): ProviderReply {
    const parcel = parcels.find((one) => one.id === id)
    return parcel === undefined ? refusal(404, 'E1404') : act(parcel)
  }

  function look (parcel: Parcel): ProviderReply {
    parcel.looks++
    if (parcel.status === 'CREATED' && parcel.looks >= server.looksUntilOffers) parcel.status = 'GOT_OFFERS'
    return success(shown(parcel))
  }

  function buy (offerID: string): ProviderReply {
    const [id, offerOf] = offerID.split('.')
    const [parcel, offer] = [parcels.find((one) => one.id === id), server.offers.find((one) => one.id === offerOf)]
    if (parcel === undefined || offer === undefined) return refusal(200, 'E1050')
    if (server.purchase?.isBought === false) return server.purchase.reply
    labels++
    parcel.offer = offer
    parcel.status = 'OFFER_ACCEPTED'
    return server.purchase?.reply ?? success({ id: 'transaction-1', isPayed: true, offerID, shipmentID: parcel.id, shipment: shown(parcel) })
  }

  function cancel (parcel: Parcel): ProviderReply {
    if (parcel.offer === null) return refusal(200, 'E1060')
    if (!server.cancelLies) parcel.cancelDate = '2026-03-01T14:00:00Z'
    return success(null)
  }

  function shown (parcel: Parcel): object {
    const { id, orderNumber, offer, status, cancelDate, tracking } = parcel
    const isReady = status !== 'CREATED'
    return {
      id,
      statusCode: status,
      order: orderNumber === null ? null : { orderNumber },
      offers: { percentageCompleted: isReady ? 99 : '0', list: isReady ? server.offers.map((one) => ({ ...one, id: `${id}.${one.id}` })) : [] },
      acceptedOfferID: offer === null ? '' : offer.id,
      providerCode: offer?.providerCode ?? null,
      providerServiceCode: offer?.providerServiceCode ?? null,
      totalAmount: offer?.totalAmount ?? null,
      currency: 'TRY',
      trackingNumber: offer === null || !server.hasNumber ? '' : 730_000_000_000_123,
      trackingUrl: offer === null ? null : 'https://geliver.io/track/1',
      labelURL: offer === null ? null : server.labelUrl ?? `${server.url}/labels/${id}.pdf`,
      labelFileType: 'PROVIDER_PDF',
      cancelDate,
      trackingStatus: tracking,
    }
  }
}

function success (data: unknown): ProviderReply {
  return { body: { result: true, data } }
}

function refusal (status: number, code: string): ProviderReply {
  return { status, body: { result: false, code, message: 'Ayşe Alıcıgil, +905054445566: adres bulunamadı', additionalMessage: 'Gizli Sokak 7' } }
}
