import type {
  ChargeAnswer, ChargeRequest, LookupAnswer, PaymentGateway, PaymentOfAnswer, RefundAnswer, RefundRequest, WebhookDelivery, VerifiedWebhook,
} from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'

/** One step of the script: an answer, an error, or a function that computes the answer in its own time. */
export type Step<Request, Answer> = Answer | Error | ((request: Request) => Answer | Promise<Answer>)

/** A gateway with a script of answers, call by call. A call beyond the script throws. */
export class ScriptedGateway implements PaymentGateway {
  readonly provider: string
  readonly capabilities: PaymentGateway['capabilities']
  readonly signatureHeader: string
  readonly checks: ChargeRequest[] = []
  readonly charges: ChargeRequest[] = []
  readonly lookups: Payment[] = []
  readonly refunds: RefundRequest[] = []
  readonly cancels: Payment[] = []
  readonly owned: string[] = []
  /** Makes the provider out for so many seconds. */
  outage: number | null = null
  #refusal: Error | null = null
  readonly #chargeSteps: Array<Step<ChargeRequest, ChargeAnswer>> = []
  readonly #lookupSteps: Array<Step<Payment, LookupAnswer>> = []
  readonly #refundSteps: Array<Step<RefundRequest, RefundAnswer>> = []
  readonly #cancelSteps: Array<Step<Payment, LookupAnswer>> = []
  readonly #ownerSteps: Array<Step<string, PaymentOfAnswer>> = []

  constructor ({ provider = 'scripted', idempotent = true, currencies = null }: { provider?: string, idempotent?: boolean, currencies?: readonly string[] | null } = {}) {
    this.provider = provider
    this.capabilities = { idempotent, currencies }
    this.signatureHeader = `x-${provider}-signature`
  }

  willCharge (...steps: Array<Step<ChargeRequest, ChargeAnswer>>): this {
    this.#chargeSteps.push(...steps)
    return this
  }

  willLookup (...steps: Array<Step<Payment, LookupAnswer>>): this {
    this.#lookupSteps.push(...steps)
    return this
  }

  willRefund (...steps: Array<Step<RefundRequest, RefundAnswer>>): this {
    this.#refundSteps.push(...steps)
    return this
  }

  willCancel (...steps: Array<Step<Payment, LookupAnswer>>): this {
    this.#cancelSteps.push(...steps)
    return this
  }

  willOwn (...steps: Array<Step<string, PaymentOfAnswer>>): this {
    this.#ownerSteps.push(...steps)
    return this
  }

  willRefuse (refusal: Error): this {
    this.#refusal = refusal
    return this
  }

  outageS (): number | null {
    return this.outage
  }

  check (request: ChargeRequest): void {
    this.checks.push(request)
    if (this.#refusal !== null) throw this.#refusal
  }

  async charge (request: ChargeRequest): Promise<ChargeAnswer> {
    this.charges.push(request)
    return await take(this.#chargeSteps, request, 'charge')
  }

  async lookup (payment: Payment): Promise<LookupAnswer> {
    this.lookups.push(payment)
    return await take(this.#lookupSteps, payment, 'lookup')
  }

  async refund (request: RefundRequest): Promise<RefundAnswer> {
    this.refunds.push(request)
    return await take(this.#refundSteps, request, 'refund')
  }

  async cancel (payment: Payment): Promise<LookupAnswer> {
    this.cancels.push(payment)
    return await take(this.#cancelSteps, payment, 'cancel')
  }

  /** Without a script, it does not answer whose charge it is. */
  async paymentOf (reference: string): Promise<PaymentOfAnswer> {
    this.owned.push(reference)
    if (this.#ownerSteps.length === 0) return { kind: 'unknown', reason: 'no script' }
    return await take(this.#ownerSteps, reference, 'owner of a charge')
  }

  /** The body is the JSON of the webhook, and its signature the word "valid". */
  verifyWebhook ({ headers, body }: WebhookDelivery): VerifiedWebhook {
    if (headers[this.signatureHeader] !== 'valid') throw new DomainError('invalid_webhook_signature', 'the signature is wrong')
    return JSON.parse(new TextDecoder().decode(body)) as VerifiedWebhook
  }

  /** The webhook of the provider. */
  delivery (webhook: VerifiedWebhook): Omit<WebhookDelivery, 'now'> {
    return { headers: { [this.signatureHeader]: 'valid' }, body: new TextEncoder().encode(JSON.stringify(webhook)) }
  }
}

async function take<Request, Answer> (steps: Array<Step<Request, Answer>>, request: Request, name: string): Promise<Answer> {
  const step = steps.shift()
  if (step === undefined) throw new Error(`the script has no answer for this ${name}`)
  if (step instanceof Error) throw step
  return isWorkedOut(step) ? await step(request) : step
}

function isWorkedOut<Request, Answer> (step: Step<Request, Answer>): step is (request: Request) => Answer | Promise<Answer> {
  return typeof step === 'function'
}

export interface Held<Answer> {
  /** The step of the script. */
  readonly step: () => Promise<Answer>
  /** Resolves once the gateway is called. */
  readonly called: Promise<void>
  readonly release: (answer: Answer) => void
}

/** An answer that waits until the test releases it. */
export function held<Answer> (): Held<Answer> {
  const called = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Answer>()
  return {
    step: async () => {
      called.resolve()
      return await answer.promise
    },
    called: called.promise,
    release: answer.resolve,
  }
}
