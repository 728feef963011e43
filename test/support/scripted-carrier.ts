import type {
  CancelAnswer, CarrierWebhook, CreateAnswer, CreatedLabel, FindAnswer, LabelAnswer, LabelFormat, QuoteAnswer, ShipmentRequest, ShippingCarrier, TrackAnswer,
} from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { Step } from './scripted-gateway.js'

export const LABEL: CreatedLabel = {
  kind: 'created', carrierReference: 'ref-1', carrierName: 'Sürat', service: 'x', trackingNumber: 'T1', trackingUrl: 'https://t.example/T1', price: { amount: 500, currency: 'TRY' }, label: null,
}
export const lost = { kind: 'unknown', reason: 'timeout' } as const

type Calls = 'quote' | 'create' | 'find' | 'label' | 'track' | 'cancel'

/** A carrier with a script of answers, call by call. A call beyond the script throws. */
export class ScriptedCarrier implements ShippingCarrier {
  readonly carrier: string
  readonly capabilities: ShippingCarrier['capabilities']
  readonly signatureHeader = 'x-scripted-carrier'
  /** What was asked, in order: the call, and with `create` the progress. */
  readonly asked: string[] = []
  readonly requests: ShipmentRequest[] = []
  /** Makes the carrier out for so many seconds. */
  outage: number | null = null
  refusal: Error | null = null
  readonly #steps: Record<Calls, Array<Step<unknown, unknown>>> = { quote: [], create: [], find: [], label: [], track: [], cancel: [] }

  constructor (overrides: Partial<ShippingCarrier['capabilities']> & { readonly carrier?: string } = {}) {
    const { carrier = 'scripted', ...capabilities } = overrides
    this.carrier = carrier
    this.capabilities = { quote: true, cancel: 'before_scan', returns: true, webhook: 'none', countries: null, labelFormats: ['pdf', 'zpl'], desiDivisorCm3: 3000, ...capabilities }
  }

  will (steps: { readonly [Call in Calls]?: Array<Step<unknown, Awaited<ReturnType<ShippingCarrier[Call]>>>> }): this {
    for (const [call, more] of Object.entries(steps)) this.#steps[call as Calls].push(...more)
    return this
  }

  outageS (): number | null {
    return this.outage
  }

  check (): void {
    if (this.refusal !== null) throw this.refusal
  }

  async quote (request: ShipmentRequest): Promise<QuoteAnswer> {
    return await this.#next('quote', request) as QuoteAnswer
  }

  async create (request: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
    this.requests.push(request)
    return await this.#next('create', request, ` ${progress}`) as CreateAnswer
  }

  async find (shipment: Shipment): Promise<FindAnswer> {
    return await this.#next('find', shipment) as FindAnswer
  }

  async label (shipment: Shipment, format: LabelFormat): Promise<LabelAnswer> {
    return await this.#next('label', shipment, ` ${format}`) as LabelAnswer
  }

  async track (shipment: Shipment): Promise<TrackAnswer> {
    return await this.#next('track', shipment) as TrackAnswer
  }

  async cancel (shipment: Shipment): Promise<CancelAnswer> {
    return await this.#next('cancel', shipment) as CancelAnswer
  }

  verifyWebhook (): CarrierWebhook {
    throw new Error('the script has no webhooks')
  }

  async #next (call: Calls, request: unknown, more = ''): Promise<unknown> {
    this.asked.push(`${call}${more}`)
    const step = this.#steps[call].shift()
    if (step === undefined) throw new Error(`the script has no answer for ${call}`)
    if (step instanceof Error) throw step
    return typeof step === 'function' ? await (step as (asked: unknown) => unknown)(request) : step
  }
}
