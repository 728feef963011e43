import type { CarrierWebhook } from '#application/ports/shipping-carrier.js'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import { DomainError } from '#domain/errors.js'
import { isOutage } from '../courier.js'
import { spawn, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { signatureHeaderOf, signatureOf } from '../webhook-signature.js'
import type { ParcelNews } from './depot.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const TOKEN = 'secret of the address'
const DELIVERIES_MAX = 6

export interface NewsBody {
  readonly eventId: string
  readonly carrierKey: string
  readonly reference: string
  readonly event: TrackingEvent
}

type Delivery = Pick<WebhookDelivery, 'headers' | 'body' | 'token'>

/** A webhook under a signature, or, as a hint, to an address that holds a secret. @throws invalid_webhook_signature */
export function verifiedNews (carrier: string, isSigned: boolean, { headers, body, token }: WebhookDelivery): CarrierWebhook {
  const text = decoder.decode(body)
  const isRight = isSigned ? headers[signatureHeaderOf(carrier)] === signatureOf(carrier, text) : token === TOKEN
  if (!isRight) throw new DomainError('invalid_webhook_signature', 'the webhook is not of this carrier')
  const { eventId, carrierKey, reference, event } = JSON.parse(text) as NewsBody
  return { eventId, type: 'moved', carrierKey, carrierReference: reference, trackingNumber: null, news: isSigned ? [event] : 'ask' }
}

/** Brings the news of carriers: late, out of order, twice, changed on the way, or never. */
export function parcelCourier (context: Context, nodes: readonly Node[], isSigned: (carrier: string) => boolean): (news: ParcelNews) => void {
  const { random, scheduler, faults, trace, shipping } = context

  function deliveryOf (carrier: string, body: NewsBody): Delivery {
    const text = JSON.stringify(body)
    return isSigned(carrier) ? { headers: { [signatureHeaderOf(carrier)]: signatureOf(carrier, text) }, body: encoder.encode(text) } : { headers: {}, body: encoder.encode(text), token: TOKEN }
  }

  async function deliver ({ carrier, eventId }: ParcelNews, delivery: Delivery): Promise<void> {
    await scheduler.sleep(random.chance(faults.rates.webhookLate) ? random.between(60_000, 4_000_000) : random.between(1, 3_000))
    for (let tries = 0; tries < DELIVERIES_MAX; tries++) {
      trace.note(scheduler.now, carrier, 'webhook', eventId)
      try {
        const result = await random.pick(nodes).serve(async ({ handleCarrierWebhook }) => await handleCarrierWebhook({ carrier: isSigned(carrier) ? null : carrier, ...delivery }))
        trace.note(scheduler.now, carrier, 'webhook answered', `${eventId} ${result}`)
        shipping.news.push({ carrier, eventId })
        return
      } catch (error) {
        if (!isOutage(error)) throw error
      }
      await scheduler.sleep(random.between(10_000, 120_000))
    }
  }

  /** Someone says that the parcel has arrived. Under the signature of another webhook it is refused; a hint is taken, and not believed. */
  async function forge (news: ParcelNews, body: NewsBody): Promise<void> {
    await scheduler.sleep(random.between(1, 3_000))
    const { carrier, eventId } = news
    const event: TrackingEvent = { ...body.event, eventId: `${body.event.eventId}-forged`, kind: 'delivered' }
    const forged = encoder.encode(JSON.stringify({ ...body, eventId: `${eventId}-forged`, event }))
    trace.note(scheduler.now, carrier, 'forged webhook', eventId)
    if (!isSigned(carrier) && random.chance(0.7)) return await deliver({ ...news, eventId: `${eventId}-forged` }, { ...deliveryOf(carrier, body), body: forged })
    try {
      await random.pick(nodes).serve(async ({ handleCarrierWebhook }) => await handleCarrierWebhook({ carrier, ...deliveryOf(carrier, body), body: forged, token: 'guessed' }))
      violate(context, 'a forged webhook is refused', eventId)
    } catch (error) {
      const isRefused = error instanceof DomainError && error.code === 'invalid_webhook_signature'
      if (!isRefused && !isOutage(error)) throw error
    }
  }

  return (news) => {
    const { carrier, eventId, event, label: { carrierKey, reference, shipmentId } } = news
    const body: NewsBody = { eventId, carrierKey, reference, event }
    if (random.chance(faults.rates.webhookTampered)) spawn(context, async () => { await forge(news, body) })
    if (faults.isMute(shipmentId, scheduler.now) || random.chance(faults.rates.webhookLost)) return trace.note(scheduler.now, carrier, 'webhook lost', eventId)
    const copies = random.chance(faults.rates.webhookDouble) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) spawn(context, async () => { await deliver(news, deliveryOf(carrier, body)) })
  }
}
