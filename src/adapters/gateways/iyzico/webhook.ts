import { createHash } from 'node:crypto'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { parseFields, textOf, type Fields } from './fields.js'
import { hmacHex, sameHex } from './signature.js'
import { isOpenStatus } from './status.js'

export const SIGNATURE_HEADER = 'x-iyz-signature-v3'

/** The form of our payment ids. Other references belong to other applications of the same merchant. */
const OURS = /^pay_[a-z0-9]{1,80}$/
/**
 * The signed text of a webhook about a payment of ours: type, iyzico's id, the token of a page, our id, status. The signature joins the
 * fields without separators, and these forms leave one way to split them.
 */
const OUR_TEXT = /^([A-Z][A-Z_]{0,63})(\d{0,20})([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|)(pay_[a-z0-9]{1,80})([A-Z][A-Z_]{0,63})$/

/** The signed fields, in order. A webhook about a page has its token, one about a direct payment has none. */
interface SignedFields {
  readonly type: string
  readonly iyzicoPaymentId: string
  readonly token: string
  readonly paymentId: string
  readonly status: string
}

/**
 * Reads a webhook that is signed with one of the keys. The signature covers neither amount nor time, and joins its fields without
 * separators. So a webhook only leads to a look-up, never to a fact.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook ({ headers, body }: WebhookDelivery, secretKeys: readonly string[]): VerifiedWebhook {
  const given = headers[SIGNATURE_HEADER]
  const signed = signedFields(parse(body))
  const text = Object.values(signed).join('')
  if (typeof given !== 'string' || !anyKey(secretKeys, given, text)) refuse('no signature of the webhook is valid')
  checkForms(signed, text)
  return webhookOf(signed, text)
}

/** Tries every key, so that the time does not reveal which one is right. */
function anyKey (secretKeys: readonly string[], given: string, text: string): boolean {
  return secretKeys.map((key) => sameHex(given, hmacHex(key, `${key}${text}`))).includes(true)
}

function refuse (detail: string, cause?: unknown): never {
  throw new DomainError('invalid_webhook_signature', detail, { cause })
}

/** The signature covers fields of the body: a body without fields cannot be signed. */
function parse (body: Uint8Array): Fields {
  try {
    return parseFields(body)
  } catch (cause) {
    return refuse('the webhook is not a JSON object, so it cannot be signed', cause)
  }
}

function signedFields (body: Fields): SignedFields {
  const token = textOf(body, 'token')
  return {
    type: textOf(body, 'iyziEventType'),
    iyzicoPaymentId: textOf(body, token === '' ? 'paymentId' : 'iyziPaymentId'),
    token,
    paymentId: textOf(body, 'paymentConversationId'),
    status: textOf(body, 'status'),
  }
}

/** @throws invalid_webhook for fields without content, or split otherwise than those of a payment of ours can be */
function checkForms (signed: SignedFields, text: string): void {
  if (signed.type === '' || signed.status === '') throw new DomainError('invalid_webhook', 'the webhook is signed, but has no type or no status')
  const ours = OUR_TEXT.exec(text)
  const isSplit = ours === null ? OURS.test(signed.paymentId) : !Object.values(signed).every((value, index) => value === ours[index + 1])
  if (isSplit) throw new DomainError('invalid_webhook', 'the webhook is signed, but its fields do not have their forms')
}

function webhookOf (signed: SignedFields, text: string): VerifiedWebhook {
  const { type, iyzicoPaymentId, token, paymentId, status } = signed
  const isOurs = OURS.test(paymentId)
  return {
    // iyzico's reference code and time are not signed: with them, an old event could be replayed as a new one.
    eventId: digest(text),
    formerEventId: digest(JSON.stringify(Object.values(signed))),
    type: `${type}.${status}`,
    paymentId: isOurs ? paymentId : null,
    providerReference: [token, iyzicoPaymentId].find((reference) => reference !== '') ?? null,
    // While the payer has not finished, there is nothing to learn.
    fact: isOurs && !isOpenStatus(status) ? 'ask' : null,
  }
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
