import type { ChargeFact, DisputeFact, ReportedFact, ReportedRefund } from '#domain/payments/payment-fact.js'
import { DAY_MS, HOUR_MS } from '#domain/time.js'
import { chargeFact, disputeFact, refundFact, type BankDispute, type BankRefund, type Charge, type ChargeOrder, type ChargeState, type News, type RefundOrder, type RefundState } from './bank-records.js'
import { Intents, KEPT_MS } from './bank-intents.js'
import { momentOf } from './context.js'
import type { Random } from './random.js'
import type { Scheduler } from './scheduler.js'

export interface BankOptions {
  readonly provider: string
  /** Whether a repeat under the same key is the same charge, as long as the key is remembered. Else every call moves money. */
  readonly idempotent: boolean
  readonly random: Random
  readonly scheduler: Scheduler
  readonly tell: (news: News) => void
}

/** How a charge goes, and how likely that is. What each word means stands where it is carried out. */
const COURSES = { paid: 56, declined: 8, late: 4, misread: 3, surcharge: 6, twice: 3, action: 10, transfer: 6, voucher: 4, review: 8 } as const
/** What becomes of a dispute, step by step. */
const DISPUTES: readonly [readonly DisputeFact['status'][], ...Array<readonly DisputeFact['status'][]>] = [
  ['open'], ['open', 'won'], ['open', 'lost'], ['open', 'won', 'open', 'lost'], ['open', 'lost', 'open', 'won'], ['lost'],
  ['warning'], ['warning', 'open', 'lost'], ['warning', 'prevented'], ['prevented'],
]

/** A provider: the truth of what was charged and given back. It does as it is told, and never refuses what we should not have asked. */
export class Bank {
  readonly provider: string
  readonly idempotent: boolean
  /** What was created under keys; null where there are none. */
  readonly intents: Intents | null
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
    this.intents = idempotent ? new Intents(random, scheduler) : null
    this.#random = random
    this.#scheduler = scheduler
    this.#tell = tell
  }

  charge ({ paymentId, key, amount, currency, installments }: ChargeOrder): ChargeFact {
    const intent = this.intents?.create(paymentId, key)
    if (intent?.charge != null) return chargeFact(intent.charge)
    if (intent?.isClosed === true) return { kind: 'canceled', reference: intent.reference }
    const course = this.#random.weighted(COURSES)
    const taken = course === 'misread' ? amount + 1 : amount
    const isDearer = course === 'surcharge'
    const charge = this.#newCharge({
      paymentId, key, amount: taken, asked: amount, currency,
      charged: isDearer ? amount + Math.ceil(amount * 0.07) : taken,
      installments: isDearer ? this.#random.pick([2, installments]) : 1,
      isVoucher: course === 'voucher',
      isExtra: false,
    })
    if (intent !== undefined) intent.charge = charge
    switch (course) {
      case 'paid':
      case 'misread':
      case 'surcharge':
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
      case 'transfer':
        this.#settle(charge, 'requires_action')
        this.#later(() => { this.#leaveToBank(charge) })
        break
      case 'voucher':
      case 'review':
        this.#leaveToBank(charge)
    }
    return chargeFact(charge)
  }

  refund ({ paymentId, refundId, charge, key, amount }: RefundOrder): ReportedRefund {
    const known = this.idempotent ? this.refunds.find((refund) => refund.key === key && this.#scheduler.now - refund.madeAt < KEPT_MS) : undefined
    if (known !== undefined) return refundFact(known)
    // What the dashboard gave back is no longer there, which the service may not know yet, nor is what a person takes for not given back.
    const isGone = this.refundsOf(paymentId).some(({ refundId: ours, isDoubted }) => ours === null || isDoubted) && amount > this.#left(paymentId, charge)
    const course = isGone ? 'refused' : this.#random.weighted({ made: 60, refused: 10, made_later: 15, refused_later: 5, undone: 5, never: 5 })
    this.#giveBack({ paymentId, refundId, charge, key, amount }, course)
    return refundFact(this.refunds.at(-1) as BankRefund)
  }

  /** Refunds of ours whose end only a person finds out, and the end of one as they find it. */
  leftOpen (): BankRefund[] {
    return this.refunds.filter(({ isLeftOpen, isDoubted, refundId, state }) => isLeftOpen && !isDoubted && refundId !== null && state === 'pending')
  }

  endByHand (refund: BankRefund, state: RefundState): void {
    refund.state = state
    refund.states.add(state)
  }

  /** A person takes it for not made, and the provider makes it after all. */
  doubt (refund: BankRefund): void {
    refund.isDoubted = true
    this.#later(() => { this.#end(refund, 'succeeded') })
  }

  /** Closes the page of a payment that nobody has paid. */
  cancel (charges: readonly Charge[]): void {
    for (const charge of charges) {
      if (charge.state === 'requires_action') this.#settle(charge, 'canceled')
    }
  }

  /** All that is known of a payment by these charges; nothing where there are none. */
  lookup (paymentId: string, known: readonly Charge[]): ReportedFact[] {
    if (known.length === 0) return []
    const charges = this.chargesOf(paymentId).filter((charge) => charge.isExtra || known.includes(charge))
    return [...charges.map(chargeFact), ...this.refundsOf(paymentId).map(refundFact), ...this.disputesOf(paymentId).map(disputeFact)]
  }

  /** All states of the charge of a payment that the provider has ever known. */
  statesOf (paymentId: string): ReadonlySet<string> {
    const isClosed = this.intents?.of(paymentId).some((intent) => intent.isClosed) === true
    return new Set([...this.chargesOf(paymentId).flatMap(({ states }) => [...states]), ...(isClosed ? ['canceled'] : [])])
  }

  chargesOf (paymentId: string): Charge[] {
    return this.charges.filter((charge) => charge.paymentId === paymentId)
  }

  refundsOf (paymentId: string): BankRefund[] {
    return this.refunds.filter((refund) => refund.paymentId === paymentId)
  }

  disputesOf (paymentId: string): BankDispute[] {
    return this.disputes.filter((dispute) => dispute.paymentId === paymentId)
  }

  #newCharge (made: Omit<Charge, 'reference' | 'state' | 'states'>): Charge {
    const charge: Charge = { ...made, reference: `${this.provider}-${this.charges.length + 1}`, state: 'processing', states: new Set() }
    this.charges.push(charge)
    return charge
  }

  #settle (charge: Charge, state: ChargeState): void {
    charge.state = state
    charge.states.add(state)
    this.#news(charge.paymentId, charge.reference, chargeFact(charge))
    if (state !== 'succeeded') return
    if (this.#random.chance(0.12)) this.#later(() => { this.#dispute(charge) })
    if (this.#random.chance(0.12)) this.#later(() => { this.#refundByHand(charge) })
  }

  #payAgain (first: Charge): void {
    this.#settle(this.#newCharge({ ...first, key: `${first.key} again`, isExtra: true }), 'succeeded')
  }

  /** The payer pays at the page, or does not. */
  #decideLater (charge: Charge): void {
    const end = this.#random.weighted({ succeeded: 60, failed: 12, canceled: 13, never: 15 })
    if (end === 'never') return
    this.#later(() => {
      // A page that is closed takes no money.
      if (charge.state !== 'canceled') this.#settle(charge, end)
    })
  }

  /** The payer has done their part. The rest takes a moment or days. */
  #leaveToBank (charge: Charge): void {
    if (charge.state === 'canceled') return
    this.#settle(charge, 'processing')
    const end = this.#random.weighted({ succeeded: 60, failed: 20, canceled: 10, never: 10 })
    if (end === 'never') return
    const decide = (): void => { this.#settle(charge, end) }
    if (this.#random.chance(0.5)) this.#later(decide)
    else this.#scheduler.after(this.#random.between(HOUR_MS, 3 * DAY_MS), decide)
  }

  /** What is left of a charge, as far as it was neither given back nor lost. */
  #left (paymentId: string, reference: string): number {
    const charge = this.chargesOf(paymentId).find((one) => one.reference === reference)
    const given = this.refundsOf(paymentId).filter((refund) => refund.charge === reference && refund.state !== 'failed')
    const lost = this.disputesOf(paymentId).filter((dispute) => dispute.charge === reference && dispute.status === 'lost')
    return (charge?.amount ?? 0) - [...given, ...lost].reduce((sum, { amount }) => sum + amount, 0)
  }

  /** Somebody gives back a part or all in the dashboard, which sees to it that it is there. */
  #refundByHand ({ paymentId, reference: charge }: Charge): void {
    const left = this.#left(paymentId, charge)
    if (left <= 0) return
    const amount = this.#random.pick([left, Math.ceil(left * 0.4)])
    this.#giveBack({ paymentId, refundId: null, charge, key: `by hand ${this.refunds.length + 1}`, amount }, this.#random.weighted({ made: 60, made_later: 20, refused_later: 10, undone: 10 }))
  }

  #giveBack (order: Pick<BankRefund, 'paymentId' | 'refundId' | 'charge' | 'key' | 'amount'>, course: 'made' | 'refused' | 'made_later' | 'refused_later' | 'undone' | 'never'): void {
    const refund: BankRefund = { ...order, reference: `${this.provider}-re-${this.refunds.length + 1}`, madeAt: this.#scheduler.now, isLeftOpen: course === 'never', isDoubted: false, state: 'pending', states: new Set() }
    this.refunds.push(refund)
    if (course === 'made' || course === 'undone') this.#end(refund, 'succeeded')
    else if (course === 'refused') this.#end(refund, 'failed')
    else refund.states.add('pending')
    if (course === 'made_later') this.#later(() => { this.#end(refund, 'succeeded') })
    if (course === 'refused_later' || course === 'undone') this.#later(() => { this.#end(refund, 'failed') })
  }

  #end (refund: BankRefund, state: RefundState): void {
    refund.state = state
    refund.states.add(state)
    this.#news(refund.paymentId, refund.charge, refundFact(refund))
  }

  #dispute (charge: Charge): void {
    const [first, ...others] = this.#random.pick(DISPUTES)
    const { paymentId, reference, amount } = charge
    const dispute: BankDispute = { disputeId: `dp-${reference}`, paymentId, charge: reference, amount, status: 'open', at: '' }
    this.disputes.push(dispute)
    const turn = (status: DisputeFact['status'] | undefined): void => {
      if (status === undefined) return
      dispute.status = status
      dispute.at = momentOf({ scheduler: this.#scheduler })
      this.#news(paymentId, reference, disputeFact(dispute))
      if (others.length > 0) this.#later(() => { turn(others.shift()) })
    }
    turn(first)
  }

  #later (run: () => void): void {
    this.#scheduler.after(this.#random.between(500, 90_000), run)
  }

  #news (paymentId: string, reference: string, fact: ReportedFact): void {
    this.#tell({ eventId: `${this.provider}-evt-${++this.#events}`, provider: this.provider, paymentId, reference, fact })
  }
}
