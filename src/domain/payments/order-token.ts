import { USER_ID_PATTERN } from '../accounts/user.js'
import { containsCardNumber } from '../card-number.js'
import { DomainError } from '../errors.js'
import { AMOUNT_MAX } from '../money.js'
import { DAY_MS, MINUTE_MS, type Timestamp } from '../time.js'
import { ITEM_NAME_MAX_CHARACTERS, ITEM_QUANTITY_MAX, ITEMS_MAX, ORDER_ID_PATTERN, type Order } from './order.js'
import type { Item } from './payment.js'

export const ORDER_AUDIENCE = 'basvideo-orders'

/** The claims of an order token that name the order. */
export interface SignedOrder extends Order {
  /** The one user who may pay the order; null: any user who has the token. */
  readonly payerId: string | null
}

export interface OrderToken {
  readonly order: SignedOrder
  readonly expiresAt: Timestamp
}

const LIFETIME_MAX_S = DAY_MS / 1000
/** How far the clock of a shop may be ahead of ours. */
const AHEAD_MAX_S = MINUTE_MS / 1000
const ORDER_ID = new RegExp(ORDER_ID_PATTERN)
const USER_ID = new RegExp(USER_ID_PATTERN)
const CURRENCY = /^[A-Z]{3}$/

/**
 * Reads the claims of a token whose signature is valid. A token that has expired is read too, because it still stands for a payment
 * that was made with it. Claims that say nothing of the order, such as `jti`, are ignored.
 *
 * @throws invalid_order_token
 */
export function readOrderToken (claims: Readonly<Record<string, unknown>>, now: Timestamp): OrderToken {
  const { aud, amount, currency, sellerId = null, items = [], sub = null } = claims
  if (![aud].flat().includes(ORDER_AUDIENCE)) throw invalid(`aud has to be ${ORDER_AUDIENCE}`)
  const expiresAt = endOf(claims, Date.parse(now) / 1000)
  if (!isCount(amount, AMOUNT_MAX)) throw invalid(`amount has to be a whole number of minor units from 1 to ${AMOUNT_MAX}`)
  const order = {
    orderId: textOf('orderId', claims['orderId'], ORDER_ID),
    amount,
    currency: textOf('currency', currency, CURRENCY),
    sellerId: sellerId === null ? null : personOf('sellerId', sellerId),
    items: itemsOf(items),
    payerId: sub === null ? null : personOf('sub', sub),
  }
  return { order, expiresAt }
}

/** @throws invalid_order_token for a token that lives too long, or whose time has not come */
function endOf ({ iat, exp, nbf = 0 }: Readonly<Record<string, unknown>>, nowS: number): Timestamp {
  if (!isSeconds(iat) || !isSeconds(exp) || !isSeconds(nbf)) throw invalid('iat and exp have to be whole seconds since 1970')
  if (exp <= iat || exp - iat > LIFETIME_MAX_S) throw invalid('exp has to be after iat, by 24 hours at most')
  if (Math.max(iat, nbf) > nowS + AHEAD_MAX_S) throw invalid('iat and nbf must not be in the future')
  return new Date(exp * 1000).toISOString()
}

function itemsOf (items: unknown): Item[] {
  if (!Array.isArray(items) || items.length > ITEMS_MAX) throw invalid(`items has to be a list of at most ${ITEMS_MAX}`)
  return items.map((item: unknown) => {
    const { name, quantity, unitAmount } = (item ?? {}) as Readonly<Record<string, unknown>>
    if (!isText(name) || name === '' || [...name].length > ITEM_NAME_MAX_CHARACTERS || !isCount(quantity, ITEM_QUANTITY_MAX) || !isCount(unitAmount, AMOUNT_MAX)) {
      throw invalid('each of items has to have a name, a quantity and a unitAmount')
    }
    return { name, quantity, unitAmount }
  })
}

function textOf (name: string, value: unknown, form: RegExp): string {
  if (isText(value) && form.test(value)) return value
  throw wrongForm(name)
}

/** The id of a person, which may be a long number. */
function personOf (name: string, value: unknown): string {
  if (typeof value === 'string' && USER_ID.test(value)) return value
  throw wrongForm(name)
}

function wrongForm (name: string): DomainError {
  return invalid(`${name} has to have the form that it has in a request`)
}

/** A text that a request may hold too. */
function isText (value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !containsCardNumber(value)
}

function isCount (value: unknown, max: number): value is number {
  return isSeconds(value) && value >= 1 && value <= max
}

function isSeconds (value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function invalid (detail: string): DomainError {
  return new DomainError('invalid_order_token', `the order token is not valid: ${detail}`)
}
