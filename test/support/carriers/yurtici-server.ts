import { type Lasting, type ProviderReply, type ProviderRequest, type ProviderServer, startProviderServer } from '../provider-server.js'

export const ACCOUNT = { user: 'yurtici-user-of-the-tests', password: 'yurtici-password&of<the>tests' }

export interface Cargo { readonly xml: string, status: string, item: string }

export interface YurticiServer extends ProviderServer {
  readonly cargo: Map<string, Cargo>
  labels: number
  /** The next answers of an operation, in place of its own: XML of the result. */
  readonly answers: Record<string, string>
  /** What is carried out before such an answer. */
  isDone: boolean
  cancelLies: boolean
}

const NAMESPACE = 'http://yurticikargo.com.tr/ShippingOrderDispatcherServices'

/** A Yurtiçi in memory: it answers in XML under 200 whatever has become of a request, and leaves out elements without a value. */
export async function startYurticiServer (t: Lasting): Promise<YurticiServer> {
  const cargo = new Map<string, Cargo>()
  const provider = await startProviderServer(t, serve)
  const server: YurticiServer = { ...provider, cargo, labels: 0, answers: {}, isDone: false, cancelLies: false }
  return server

  function serve ({ body }: ProviderRequest): ProviderReply {
    const xml = body.toString()
    const operation = String(/<ship:(\w+)>/.exec(xml)?.[1])
    const planned = server.answers[operation]
    if (planned !== undefined && !server.isDone) return reply(operation, planned)
    const isOurs = xml.includes(`<wsUserName>${ACCOUNT.user}</wsUserName>`) && xml.includes('<wsPassword>yurtici-password&amp;of&lt;the&gt;tests</wsPassword>')
    const answer = isOurs ? route(operation, xml) : '<VO><outFlag>1</outFlag><outResult>Ayşe Alıcıgil</outResult></VO>'
    return reply(operation, planned ?? answer)
  }

  function route (operation: string, xml: string): string {
    const [, key = ''] = /<(?:cargoKey|keys|cargoKeys)>([^<]*)</.exec(xml) ?? []
    const one = cargo.get(key)
    switch (operation) {
      case 'createShipment': {
        if (one !== undefined) return `<ShippingOrderResultVO><outFlag>1</outFlag><outResult>Hata</outResult><shippingOrderDetailVO><cargoKey>${key}</cargoKey><errCode>60020</errCode><errMessage>Ayşe Alıcıgil</errMessage></shippingOrderDetailVO></ShippingOrderResultVO>`
        cargo.set(key, { xml, status: 'NOP', item: '' })
        server.labels++
        return `<ShippingOrderResultVO><outFlag>0</outFlag><outResult>Başarılı</outResult><jobId>1</jobId><count>1</count><shippingOrderDetailVO><cargoKey>${key}</cargoKey></shippingOrderDetailVO></ShippingOrderResultVO>`
      }
      case 'queryShipment': {
        if (one === undefined) return `<ShippingDeliveryVO><outFlag>0</outFlag><shippingDeliveryDetailVO><cargoKey>${key}</cargoKey><errCode>80859</errCode><errMessage>bulunamadı</errMessage></shippingDeliveryDetailVO></ShippingDeliveryVO>`
        return `<ShippingDeliveryVO><outFlag>0</outFlag><shippingDeliveryDetailVO><cargoKey>${key}</cargoKey><operationMessage>Kargo &#305;slemde &amp; yolda</operationMessage><operationStatus>${one.status}</operationStatus>${one.item}</shippingDeliveryDetailVO></ShippingDeliveryVO>`
      }
      default: {
        if (one !== undefined && !server.cancelLies) one.status = 'ISC'
        return `<ShippingOrderResultVO><outFlag>0</outFlag><shippingCancelDetailVO><cargoKey>${key}</cargoKey><errCode>0</errCode></shippingCancelDetailVO></ShippingOrderResultVO>`
      }
    }
  }
}

function reply (operation: string, result: string): ProviderReply {
  return {
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><ns1:${operation}Response xmlns:ns1="${NAMESPACE}">${result}</ns1:${operation}Response></S:Body></S:Envelope>`,
  }
}
