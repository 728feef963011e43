import type { Payment } from '#domain/payments/payment.js'
import { Owners } from './owners.js'

/** Payments of which something is in the journal, as it makes them. */
export class PendingPayments {
  readonly #payments = new Map<string, Payment>()
  readonly #byReference = new Map<string, string>()
  readonly #ofUser = new Owners()

  put (payment: Payment): void {
    const { paymentId, userId, provider, providerReference } = payment
    this.#payments.set(paymentId, payment)
    if (providerReference !== null) this.#byReference.set(`${provider}#${providerReference}`, paymentId)
    this.#ofUser.add(userId, paymentId)
  }

  remove ({ paymentId, userId, provider, providerReference }: Payment): void {
    this.#payments.delete(paymentId)
    this.#byReference.delete(`${provider}#${providerReference}`)
    this.#ofUser.remove(userId, paymentId)
  }

  get (paymentId: string): Payment | undefined {
    return this.#payments.get(paymentId)
  }

  findByReference (provider: string, providerReference: string): Payment | undefined {
    return this.#payments.get(this.#byReference.get(`${provider}#${providerReference}`) ?? '')
  }

  /** In no order. */
  ofUser (userId: string): Payment[] {
    return this.#ofUser.of(userId).map((paymentId) => this.#payments.get(paymentId)).filter((payment) => payment !== undefined)
  }
}
