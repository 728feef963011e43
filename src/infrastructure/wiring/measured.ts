import type { Payment } from '#domain/payments/payment.js'
import type { PaymentEvent } from '#domain/payments/decision.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { mapStores, type Stores } from '#application/ports/stores.js'
import type { StreamerStore } from '#application/ports/streamer-store.js'
import type { PublishingAnswer, VideoAnswer, VideoProvider } from '#application/ports/video-provider.js'
import { withMethods } from '#adapters/durability/proxy.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { BeginCall, EndCall } from '../runtime/tracing.js'

/** Observes a call, and answers its outcome. */
type Observe = (operation: string, result: unknown, failed: boolean, seconds: number) => string

/** Outcomes of a call after which a person may have to look. */
export const FAULTS: ReadonlySet<string> = new Set(['error', 'refused', 'unknown'])

const noCall: BeginCall = () => null

/** A proxy that times every asynchronous method, under its name. */
function timed<T extends object> (target: T, name: string, observe: Observe, beginCall: BeginCall): T {
  const wrapped = new Map<PropertyKey, unknown>()
  return new Proxy(target, {
    get (object, property) {
      const member: unknown = Reflect.get(object, property)
      if (!isCallable(member)) return member
      if (!wrapped.has(property)) wrapped.set(property, timedCall(String(property), (...args) => Reflect.apply(member, object, args), observe, () => beginCall(`${name}.${String(property)}`)))
      return wrapped.get(property)
    },
  })
}

function isCallable (member: unknown): member is (...args: unknown[]) => unknown {
  return typeof member === 'function'
}

function timedCall (operation: string, call: (...args: unknown[]) => unknown, observe: Observe, begin: () => EndCall | null) {
  return (...args: unknown[]): unknown => {
    const start = performance.now()
    const end = begin()
    const observed = (result: unknown, failed: boolean): void => {
      const outcome = observe(operation, result, failed, (performance.now() - start) / 1000)
      end?.(outcome, FAULTS.has(outcome))
    }
    const result = call(...args)
    if (!(result instanceof Promise)) return result
    return result.then((value: unknown) => {
      observed(value, false)
      return value
    }, (error: unknown) => {
      observed(error, true)
      throw error
    })
  }
}

/** Times the calls of every store, and counts payment events where they are stored, so that every way to an outcome counts, webhooks included. */
export function measuredStores<S extends Stores> (stores: S, metrics: Metrics, beginCall = noCall): S {
  const measured = mapStores(stores, (name, store) => timed(store, name, (operation, _result, failed, seconds) => {
    const outcome = failed ? 'error' : 'ok'
    metrics.observeStoreCall(name, operation, outcome, seconds)
    return outcome
  }, beginCall))
  return { ...measured, payments: countedPayments(measured.payments, metrics), streamers: countedStreamers(measured.streamers, metrics) }
}

function countedPayments (payments: PaymentStore, metrics: Metrics): PaymentStore {
  const count = counter(metrics)
  return withMethods(payments, {
    insert: async (decision, options) => {
      const insertion = await payments.insert(decision, options)
      if (insertion.inserted) count(decision.events)
      return insertion
    },
    update: async (paymentId, change, options) => {
      const update = await payments.update(paymentId, change, options)
      if (!update.duplicate) count(update.events)
      return update
    },
  })
}

function countedStreamers (streamers: StreamerStore, metrics: Metrics): StreamerStore {
  const count = counter(metrics)
  return withMethods(streamers, {
    post: async (ids, change, options) => {
      const posted = await streamers.post(ids, change, options)
      if (posted.inserted) count(posted.events)
      return posted
    },
  })
}

function counter (metrics: Metrics) {
  return (events: readonly PaymentEvent[]): void => {
    for (const { type, data } of events) metrics.countPaymentEvent(data.provider, type)
  }
}

/** Times the calls of a gateway, labelled with the kind of the answer. */
export function measuredGateway (gateway: PaymentGateway, metrics: Metrics, beginCall = noCall): PaymentGateway {
  return timed(gateway, gateway.provider, (operation, result, failed, seconds) => {
    const outcome = failed ? 'error' : (result as { kind: string }).kind
    metrics.observeGatewayCall(gateway.provider, operation, outcome, seconds)
    return outcome
  }, beginCall)
}

export interface TroubleLog {
  readonly error: (fields: object, message: string) => void
}

/**
 * Logs each request that a provider has not taken: the key or the settings of the account may be wrong, and payers can do nothing about
 * it. Logs each outcome that is not known as well.
 */
export function withTroubleLogged (gateway: PaymentGateway, logger: TroubleLog): PaymentGateway {
  const logUnknown = (operation: string, { paymentId }: Payment, answer: { readonly kind: string, readonly reason?: string }): void => {
    if (answer.kind !== 'unknown') return
    logger.error({ provider: gateway.provider, about: operation, paymentId, reason: answer.reason }, 'a payment provider did not say what became of a request of ours')
  }
  return withMethods(gateway, {
    refund: async (request) => {
      const answer = await gateway.refund(request)
      logUnknown('refund', request.payment, answer)
      return answer
    },
    charge: async (request) => {
      const answer = await gateway.charge(request)
      logUnknown('charge', request.payment, answer)
      if (answer.kind === 'refused') {
        const { about, code } = answer
        logger.error({ provider: gateway.provider, paymentId: request.payment.paymentId, about, code }, 'a payment provider did not take a request of ours')
      }
      return answer
    },
  })
}

/** Times the calls of a carrier, labelled with the kind of the answer, beside those of the payment providers. */
export function measuredCarrier (carrier: ShippingCarrier, metrics: Metrics, beginCall = noCall): ShippingCarrier {
  return timed(carrier, carrier.carrier, (operation, result, failed, seconds) => {
    const outcome = failed ? 'error' : (result as { kind: string }).kind
    metrics.observeGatewayCall(carrier.carrier, operation, outcome, seconds)
    return outcome
  }, beginCall)
}

/** Logs each label that a carrier did not take because of our key or our account, and each outcome that is not known. */
export function withCarrierTroubleLogged (carrier: ShippingCarrier, logger: TroubleLog): ShippingCarrier {
  return withMethods(carrier, {
    create: async (request, progress) => {
      const answer = await carrier.create(request, progress)
      const { shipmentId } = request.shipment
      if (answer.kind === 'unknown') logger.error({ carrier: carrier.carrier, about: 'create', shipmentId, reason: answer.reason }, 'a carrier did not say what became of a request of ours')
      if (answer.kind === 'refused' && 'about' in answer) logger.error({ carrier: carrier.carrier, about: answer.about, shipmentId, code: answer.code }, 'a carrier did not take a request of ours')
      return answer
    },
  })
}

/** Times the calls of a video provider, beside those of the payment providers; tokens and webhooks ask it nothing. */
export function measuredVideo (video: VideoProvider, metrics: Metrics, beginCall = noCall): VideoProvider {
  const calls = timed(video, video.provider, (operation, result, failed, seconds) => {
    const outcome = failed ? 'error' : (result as { kind: string }).kind
    metrics.observeGatewayCall(video.provider, operation, outcome, seconds)
    return outcome
  }, beginCall)
  return { ...calls, issueToken: video.issueToken, verifyWebhook: video.verifyWebhook }
}

/** Logs each call of which the provider did not say that it is done. */
export function withVideoTroubleLogged (video: VideoProvider, logger: TroubleLog): VideoProvider {
  const logged = async <Answer extends PublishingAnswer | VideoAnswer>(about: string, roomId: string, call: Promise<Answer>): Promise<Answer> => {
    const answer = await call
    if (answer.kind === 'unknown') logger.error({ provider: video.provider, about, roomId, reason: answer.reason }, 'a video provider did not say what became of a request of ours')
    if (answer.kind === 'refused') logger.error({ provider: video.provider, about, roomId, code: answer.code }, 'a video provider did not take a request of ours')
    return answer
  }
  return {
    ...video,
    isPublishing: async (roomId, identity) => await logged('isPublishing', roomId, video.isPublishing(roomId, identity)),
    removeParticipant: async (roomId, identity) => await logged('removeParticipant', roomId, video.removeParticipant(roomId, identity)),
    endRoom: async (roomId) => await logged('endRoom', roomId, video.endRoom(roomId)),
  }
}
