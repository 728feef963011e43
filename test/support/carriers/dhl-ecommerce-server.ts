import { type Lasting, type ProviderReply, type ProviderRequest, type ProviderServer, startProviderServer } from '../provider-server.js'

export const ACCOUNT = { clientId: 'client-id-of-the-tests', clientSecret: 'client-secret-of-the-tests', customerNumber: '31415926', password: 'password-of-the-tests' }

export interface Order { readonly body: Readonly<Record<string, unknown>>, shipmentId: string | null, status: string, at: string }

export interface DhlEcommerceServer extends ProviderServer {
  readonly orders: Map<string, Order>
  /** Tokens that are over. */
  readonly expire: () => void
  /** What an order, or a barcode, is refused with. */
  refuse: { readonly path: string, readonly status: number, readonly code: string } | null
  /** What a barcode is answered with in place of its shipment, though it is made. */
  barcode: ProviderReply | null
  labels: number
  /** Labels come as numbers. */
  plain: boolean
  /** Canceling changes nothing, whatever is answered. */
  cancelLies: boolean
  places: unknown
  listed: boolean
}

/** A DHL eCommerce in memory: a reference is taken once, and everything is read by it. */
export async function startDhlEcommerceServer (t: Lasting): Promise<DhlEcommerceServer> {
  const orders = new Map<string, Order>()
  let token = 1
  let nextId = 614_118_757_013
  const provider = await startProviderServer(t, serve)
  const server: DhlEcommerceServer = {
    ...provider,
    orders,
    expire: () => { token++ },
    refuse: null,
    barcode: null,
    labels: 0,
    plain: false,
    cancelLies: false,
    places: [{ code: '6', name: 'ANKARA' }, { code: '34', name: 'İSTANBUL' }],
    listed: false,
  }
  return server

  function serve ({ method, path, headers, body }: ProviderRequest): ProviderReply {
    if (headers['x-ibm-client-id'] !== ACCOUNT.clientId || headers['x-ibm-client-secret'] !== ACCOUNT.clientSecret) return { status: 401, body: { httpCode: '401' } }
    const json = body.length === 0 ? {} : JSON.parse(body.toString()) as Record<string, string>
    const [, , , api, act = '', id = ''] = path.split('/')
    if (api === 'token') return json['password'] === ACCOUNT.password ? { body: { jwt: `jwt-${token}`, jwtExpireDate: '01.03.2026 20:00:00' } } : error(401, '10001')
    if (headers.authorization !== `Bearer jwt-${token}`) return { status: 401, body: { httpCode: '401', moreInformation: 'jwt' } }
    if (server.refuse?.path === act) return error(server.refuse.status, server.refuse.code)
    switch (`${method} ${act}`) {
      case 'GET getcities': return { body: server.places }
      case 'GET getdistricts': return { body: [{ code: '1219', name: 'ÇANKAYA' }] }
      case 'POST createOrder': return order(JSON.parse(body.toString()) as { order: { referenceId: string } })
      case 'POST createbarcode': return barcode(String(json['referenceId']))
      case 'GET getorder': return found(id, () => ({ order: { referenceId: id } }))
      case 'GET getshipment': return found(id, ({ shipmentId }) => shipmentId === null ? null : { shipment: { shipmentId, finalTotal: 118.5, shipmentStatusCode: 1 } })
      case 'GET getshipmentstatus': return found(id, ({ shipmentId, status, at }) => shipmentId === null
        ? null
        : { shipmentId, referenceId: id, shipmentStatusCode: Number(status), shipmentStatus: 'KARGO YOLDA', statusDateTime: at, trackingUrl: 'https://kargotakip.dhlecommerce.com.tr/?takipNo=1', deliveryTo: 'Ayşe Alıcıgil' })
      case 'PUT cancelshipment': return cancel(String(json['referenceId']), json['shipmentId'] ?? null)
      case 'PUT cancelorder': return cancel(id, null)
      default: return { status: 404, body: { httpCode: '404', httpMessage: 'Not Found' } }
    }
  }

  function order (body: { order: { referenceId: string } }): ProviderReply {
    if (orders.has(body.order.referenceId)) return error(400, '20110')
    orders.set(body.order.referenceId, { body, shipmentId: null, status: '1', at: '01.03.2026 15:00:00' })
    return { body: [{ orderInvoiceId: '1', orderInvoiceDetailId: '2', shipperBranchCode: '3' }] }
  }

  function barcode (referenceId: string): ProviderReply {
    const one = orders.get(referenceId)
    if (one === undefined) return error(400, '20120')
    if (one.shipmentId !== null) return error(400, '20121')
    one.shipmentId = String(nextId++)
    server.labels++
    const value = server.plain ? `${one.shipmentId}001` : `^XA^FD${one.shipmentId}^FS^XZ`
    return server.barcode ?? { body: [{ referenceId, shipmentId: one.shipmentId, barcodes: [{ pieceNumber: 1, value }, { pieceNumber: 2, value }] }] }
  }

  function found (id: string, show: (order: Order) => object | null): ProviderReply {
    const one = orders.get(id)
    const shown = one === undefined ? null : show(one)
    if (shown === null) return error(404, '20404')
    return { body: server.listed ? [shown] : shown }
  }

  function cancel (referenceId: string, shipmentId: string | null): ProviderReply {
    const one = orders.get(referenceId)
    if (one?.shipmentId !== shipmentId) return error(400, '20130')
    if (!server.cancelLies) orders.delete(referenceId)
    return { body: '' }
  }

  function error (status: number, code: string): ProviderReply {
    return { status, body: { error: { code, message: 'Ayşe Alıcıgil, 5054445566', description: 'Gizli Sokak 7' } } }
  }
}
