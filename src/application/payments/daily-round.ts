import type { LeaseClaim } from '#domain/lease.js'
import type { Payment } from '#domain/payments/payment.js'
import { dayBefore, isKnownCharge, isWorthAsking, listedDays, roundParts, type Round, type RoundPart } from '#domain/payments/round.js'
import { createdKey, dayOf, laterBy, MINUTE_MS } from '#domain/time.js'
import type { ListedDay } from '../ports/payment-gateway.js'
import type { RoundStore } from '../ports/round-store.js'
import type { CompletionPorts } from './complete-payments.js'
import { gatewayOf } from './gateways.js'
import { makeAskPayment } from './reconcile-payment.js'

export interface RoundObserver {
  /** The payments that the last finished round left undone. */
  left: (count: number) => void
  /** A round has ended with payments that it did not reach, or about which a provider did not answer. */
  undone: (day: string, count: number) => void
  /** A payment could not be asked about, because of a fault of ours. */
  failed: (paymentId: string, error: unknown) => void
}

export interface DailyRoundPorts extends CompletionPorts {
  readonly rounds: RoundStore
  readonly roundObserver: RoundObserver
  /** Questions to providers in any minute. */
  readonly perMinute: number
}

/** Questions of one piece at most: with all time-outs they end within the lease. */
const PIECE_MAX = 10
const LEASE_MS = 10 * MINUTE_MS
const PAGE = 100
/** What a round did not reach is counted up to this number. */
export const LEFT_COUNT_MAX = 10_000

/** The list of one day of a provider, or a part of the payments. */
type Step = { readonly kind: 'part' } & RoundPart | {
  readonly kind: 'list'
  readonly name: string
  readonly provider: string
  readonly day: string
  readonly read: (day: string, page: number) => Promise<ListedDay>
}

interface Piece {
  readonly signal: AbortSignal
  /** Questions that it may still ask. */
  questions: number
}

/** What a piece made of a round, and whether the step is over. */
interface Advance {
  readonly round: Round
  readonly isOver: boolean
}

const ALL = { status: null, provider: null, userId: null, sellerId: null, flag: null }

/**
 * One piece of the round of today, in which the providers are asked about settled payments: refunds, cancellations and disputes of which
 * no webhook has come. One process makes it; where it dies, another goes on when the lease is over. Returns whether more may be done now.
 */
export function makeDailyRound ({ rounds, perMinute, roundObserver, ...ports }: DailyRoundPorts) {
  const { payments, gateways, clock, identity } = ports
  const askPayment = makeAskPayment(ports)
  const owner = identity.random('round')
  let endedDay = ''
  let earlierEnded = ''
  let heldUntil = ''
  let askedAt: number[] = []
  /** The page of a list that the last piece began: it is not read twice. */
  let begun: { readonly name: string, readonly page: ListedDay } | null = null

  return async function dailyRound (signal: AbortSignal): Promise<boolean> {
    const now = clock()
    const today = dayOf(now)
    const questions = Math.min(PIECE_MAX, freeQuestions())
    if (endedDay === today || heldUntil > now || questions === 0) return false
    const round = await rounds.claim(today, claim())
    if (!round.done && round.owner !== owner) {
      heldUntil = round.until
      return false
    }
    if (!round.done && !await endEarlier(dayBefore(today))) return false
    const next = round.done ? round : await advanced(round, { signal, questions })
    if (next !== round && !await rounds.save({ ...next, until: claim().until })) return false
    if (!next.done) return !signal.aborted
    endedDay = today
    roundObserver.left(next.left)
    if (next !== round && next.left > 0) roundObserver.undone(today, next.left)
    return false
  }

  function claim (): LeaseClaim {
    const now = clock()
    return { owner, until: laterBy(now, LEASE_MS), now }
  }

  function freeQuestions (): number {
    const since = Date.parse(clock()) - MINUTE_MS
    askedAt = askedAt.filter((moment) => moment > since)
    return perMinute - askedAt.length
  }

  /** Ends a round that did not end in its day. False while another process holds it. */
  async function endEarlier (day: string): Promise<boolean> {
    if (earlierEnded === day) return true
    const known = await rounds.find(day)
    if (known !== null && !known.done) {
      const round = await rounds.claim(day, claim())
      if (round.owner !== owner) return false
      const left = round.left + await unreached(round)
      if (!await rounds.save({ ...round, left, done: true })) return false
      roundObserver.left(left)
      roundObserver.undone(day, left)
    }
    earlierEnded = day
    return true
  }

  /** The steps from that of the round on. One that is no longer there was that of another configuration: all begin again. */
  function stepsFrom ({ day, step }: Round): readonly Step[] {
    const lists = gateways.flatMap((gateway): Step[] => {
      const { provider } = gateway
      const read = gateway.listDay?.bind(gateway)
      return read === undefined ? [] : listedDays(day).map((listed) => ({ kind: 'list', name: `${provider} ${listed}`, provider, day: listed, read }))
    })
    const steps: Step[] = [...lists, ...roundParts(day).map((part) => ({ kind: 'part', ...part }) as const)]
    return steps.slice(Math.max(0, steps.findIndex(({ name }) => name === step)))
  }

  async function advanced (round: Round, piece: Piece): Promise<Round> {
    const [step, next] = stepsFrom(round) as [Step, Step | undefined]
    const { round: after, isOver } = step.kind === 'list' ? await listed(round, step, piece) : await walked(round, step, piece)
    if (!isOver) return { ...after, step: step.name }
    return { ...after, cursor: null, ...(next === undefined ? { done: true } : { step: next.name }) }
  }

  /** Asks about what a provider's list of a day names and we may not know. The list itself decides nothing, because it may not be signed. */
  async function listed (round: Round, { name, provider, day, read }: Extract<Step, { kind: 'list' }>, piece: Piece): Promise<Advance> {
    if (round.unlisted.includes(provider)) return { round, isOver: true }
    const [page = 1, done = 0] = round.cursor?.split(' ').map(Number) ?? []
    const list = begun?.name === `${name} ${page}` ? begun.page : await question(piece, async () => await read(day, page))
    if (list.kind === 'unknown') return { round: { ...round, unlisted: [...round.unlisted, provider] }, isOver: true }
    begun = { name: `${name} ${page}`, page: list }
    const found = await payments.findMany([...new Set(list.moves.map(({ paymentId }) => paymentId))])
    const known = new Map(found.map((payment) => [payment.paymentId, payment]))
    let { left } = round
    for (const [index, { paymentId, isCharge, charge }] of list.moves.entries()) {
      const payment = known.get(paymentId)
      if (index < done || payment?.provider !== provider || (isCharge && isKnownCharge(payment, charge))) continue
      if (isPieceOver(piece)) return { round: { ...round, cursor: `${page} ${index}`, left }, isOver: false }
      left += await unanswered(payment, piece)
    }
    return { round: { ...round, cursor: `${page + 1} 0`, left }, isOver: !list.hasMore }
  }

  async function walked (round: Round, { from, to }: RoundPart, piece: Piece): Promise<Advance> {
    const { items, nextKey } = await payments.list({ ...ALL, from, to }, { before: round.cursor, limit: PAGE })
    let { cursor, left } = round
    for (const payment of items) {
      if (isWanted(payment, round.unlisted)) {
        if (isPieceOver(piece)) return { round: { ...round, cursor, left }, isOver: false }
        left += await unanswered(payment, piece)
      }
      cursor = createdKey(payment.createdAt, payment.paymentId)
    }
    return { round: { ...round, cursor: nextKey, left }, isOver: nextKey === null }
  }

  /** Whether the walk through the payments asks about it: the provider's own list does not show it. */
  function isWanted (payment: Payment, unlisted: readonly string[]): boolean {
    const gateway = gatewayOf(gateways, payment.provider)
    return gateway !== null && (gateway.listDay === undefined || unlisted.includes(payment.provider)) && isWorthAsking(payment, clock())
  }

  function isPieceOver ({ signal, questions }: Piece): boolean {
    return signal.aborted || questions <= 0
  }

  async function question<T> (piece: Piece, ask: () => Promise<T>): Promise<T> {
    piece.questions--
    askedAt.push(Date.parse(clock()))
    return await ask()
  }

  /** 1 where the provider does not answer. A payment that fails does not stop the others. */
  async function unanswered (payment: Payment, piece: Piece): Promise<0 | 1> {
    try {
      return (await question(piece, async () => await askPayment(payment))).answered ? 0 : 1
    } catch (error) {
      roundObserver.failed(payment.paymentId, error)
      return 1
    }
  }

  /** How many payments a round did not reach, up to `LEFT_COUNT_MAX`. */
  async function unreached (round: Round): Promise<number> {
    const steps = stepsFrom(round)
    const unlisted = [...round.unlisted, ...steps.flatMap((step) => step.kind === 'list' ? [step.provider] : [])]
    let count = 0
    for (const step of steps) {
      if (step.kind === 'list') continue
      let before = step.name === round.step ? round.cursor : null
      do {
        const { items, nextKey } = await payments.list({ ...ALL, from: step.from, to: step.to }, { before, limit: PAGE })
        count += items.filter((payment) => isWanted(payment, unlisted)).length
        before = nextKey
      } while (before !== null && count < LEFT_COUNT_MAX)
    }
    return Math.min(count, LEFT_COUNT_MAX)
  }
}
