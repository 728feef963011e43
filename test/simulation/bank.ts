import type { ChargeFact, PaymentFact, RefundFact } from '#domain/payments/payment-fact.js'
import { chargeFact, refundFact, type BankDispute, type BankRefund, type Charge, type ChargeOrder, type ChargeState, type News, type RefundOrder, type RefundState } from './bank-records.js'
import type { Random } from './random.js'
import type { Scheduler } from './scheduler.js'

export interface BankOptions {
  readonly provider: string
  /** Whether a repeat under the same key is the same charge. Else every call moves money. */
  readonly idempotent: boolean
  readonly random: Random
  readonly scheduler: Scheduler
  readonly tell: (news: News) => void
}

/** A provider: the truth of what was charged and given back. It does as it is told, and never refuses what we should not have asked. */
export class Bank {
  readonly provider: string
  readonly idempotent: boolean
  readonly charges: Charge[] = []
  readonly refunds: BankRefund[] = []
  readonly disputes: BankDispute[] = []
  readonly #random: Random
  readonly #scheduler: Scheduler
  readonly #tell: BankOptions['tell']
  #events = 0

  constructor ({ provider, idempotent, random, scheduler, tell }: BankOptions) {
    this.provider = provider
    this.idempotent = idempotent
    this.#random = random
    this.#scheduler = scheduler
    this.#tell = tell
  }

  charge ({ paymentId, key, amount, currency }: ChargeOrder): ChargeFact {
    const known = this.idempotent ? this.charges.find((charge) => charge.key === key) : undefined
    if (known !== undefined) return chargeFact(known)
    const course = this.#random.weighted({ paid: 60, declined: 9, late: 4, misread: 3, twice: 3, action: 14, processing: 10 })
    const reference = `${this.provider}-${this.charges.length + 1}`
    const charge: Charge = { reference, paymentId, key, amount: course === 'misread' ? amount + 1 : amount, asked: amount, currency, state: 'processing', states: new Set(), isExtra: false, paidBy: null, secondThought: null }
    this.charges.push(charge)
    switch (course) {
      case 'paid':
      case 'misread':
        this.#settle(charge, 'succeeded')
        break
      case 'twice':
        this.#settle(charge, 'succeeded')
        this.#later(() => { this.#payAgain(charge) })
        break
      case 'declined':
        this.#settle(charge, 'failed')
        break
      case 'late':
        this.#settle(charge, 'failed')
        this.#later(() => { this.#settle(charge, 'succeeded') })
        break
      case 'action':
        this.#settle(charge, 'requires_action')
        this.#decideLater(charge)
        break
      case 'processing':
        this.#settle(charge, 'processing')
        this.#decideLater(charge)
    }
    return chargeFact(charge)
  }

  refund ({ paymentId, refundId, key, amount }: RefundOrder): RefundFact {
    const known = this.idempotent ? this.refunds.find((refund) => refund.key === key) : undefined
    if (known !== undefined) return refundFact(known)
    const refund: BankRefund = { refundId, key, paymentId, amount, state: 'pending', states: new Set(), secondThought: null }
    this.refunds.push(refund)
    const course = this.#random.weighted({ made: 60, refused: 10, made_later: 15, refused_later: 5, undone: 5, never: 5 })
    if (course === 'made' || course === 'undone') this.#end(refund, 'succeeded')
    else if (course === 'refused') this.#end(refund, 'failed')
    else refund.states.add('pending')
    if (course === 'made_later') this.#later(() => { this.#end(refund, 'succeeded') })
    if (course === 'refused_later' || course === 'undone') this.#later(() => { this.#end(refund, 'failed') })
    return refundFact(refund)
  }

  /** Closes the page of a payment that nobody has paid. */
  cancel (paymentId: string): void {
    for (const charge of this.chargesOf(paymentId)) {
      if (charge.state === 'requires_action') this.#settle(charge, 'canceled')
    }
  }

  /** All that is known of a payment but its disputes, which are told by webhooks alone; null where it is not known. */
  lookup (paymentId: string): PaymentFact[] | null {
    const charges = this.chargesOf(paymentId)
    return charges.length === 0 ? null : [...charges.map(chargeFact), ...this.refundsOf(paymentId).map(refundFact)]
  }

  chargesOf (paymentId: string): Charge[] {
    return this.charges.filter((charge) => charge.paymentId === paymentId)
  }

  refundsOf (paymentId: string): BankRefund[] {
    return this.refunds.filter((refund) => refund.paymentId === paymentId)
  }

  #settle (charge: Charge, state: ChargeState): void {
    const wasDecided = charge.state === 'failed'
    charge.state = state
    charge.states.add(state)
    const eventId = this.#news(charge.paymentId, charge.reference, chargeFact(charge))
    if (wasDecided) charge.secondThought = eventId
    if (state === 'succeeded') charge.paidBy = eventId
    if (state === 'succeeded' && this.#random.chance(0.12)) this.#later(() => { this.#dispute(charge) })
  }

  #payAgain ({ paymentId, amount, asked, currency }: Charge): void {
    const reference = `${this.provider}-${this.charges.length + 1}`
    const charge: Charge = { reference, paymentId, key: reference, amount, asked, currency, state: 'processing', states: new Set(), isExtra: true, paidBy: null, secondThought: null }
    this.charges.push(charge)
    this.#settle(charge, 'succeeded')
  }

  #decideLater (charge: Charge): void {
    const end = this.#random.weighted({ succeeded: 60, failed: 12, canceled: 13, never: 15 })
    if (end === 'never') return
    this.#later(() => {
      // A page that is closed takes no money.
      if (charge.state !== 'canceled') this.#settle(charge, end)
    })
  }

  #end (refund: BankRefund, state: RefundState): void {
    const wasDecided = refund.state !== 'pending'
    refund.state = state
    refund.states.add(state)
    const eventId = this.#news(refund.paymentId, this.chargesOf(refund.paymentId)[0]?.reference ?? '', refundFact(refund))
    if (wasDecided) refund.secondThought = eventId
  }

  #dispute (charge: Charge): void {
    const dispute: BankDispute = { disputeId: `dp-${charge.reference}`, paymentId: charge.paymentId, amount: charge.amount, status: 'open' }
    this.disputes.push(dispute)
    const tell = (): void => {
      const { disputeId, amount, status } = dispute
      this.#news(charge.paymentId, charge.reference, { kind: 'dispute', disputeId, amount, status })
    }
    tell()
    const end = this.#random.pick(['won', 'lost', null] as const)
    if (end === null) return
    this.#later(() => {
      dispute.status = end
      tell()
    })
  }

  #later (run: () => void): void {
    this.#scheduler.after(this.#random.between(500, 90_000), run)
  }

  #news (paymentId: string, reference: string, fact: PaymentFact): string {
    const eventId = `${this.provider}-evt-${++this.#events}`
    this.#tell({ eventId, provider: this.provider, paymentId, reference, fact })
    return eventId
  }
}
