import { createHash } from 'node:crypto'
import type { WebhookDelivery, WebhookNotice } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { parseFields, textOf, type Fields } from './fields.js'
import { hmacHex, sameHex } from './signature.js'

export const SIGNATURE_HEADER = 'x-iyz-signature-v3'

/** The payer, or his bank, is still busy. */
const UNDER_WAY: ReadonlySet<string> = new Set([
  'INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'CALLBACK_PECCO', 'INIT_APM', 'INIT_CONTACTLESS', 'INIT_BANK_TRANSFER',
  'INIT_CREDIT', 'PENDING_CREDIT',
])

/** The references that we give; others belong to whoever else takes payments through the same merchant. */
const OURS = /^pay_\w{1,80}$/

/** What is signed, in its order: a notice of a page has its token, one of a direct payment has not. */
interface SignedFields {
  readonly type: string
  readonly iyzicoPaymentId: string
  readonly token: string
  readonly paymentId: string
  readonly status: string
}

/**
 * What a webhook says, once it is signed with one of the keys. The signature covers neither amount nor time, and its fields
 * stand in it without anything between them: all it is good for is to make us ask.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook ({ headers, body }: WebhookDelivery, secretKeys: readonly string[]): WebhookNotice {
  const given = headers[SIGNATURE_HEADER]
  const signed = signedFields(parse(body))
  const text = Object.values(signed).join('')
  if (typeof given !== 'string' || !anyKey(secretKeys, given, text)) refuse('no signature of the webhook is right')
  return noticeOf(signed)
}

/** Tries every key, so that the time tells nothing about which of them is right. */
function anyKey (secretKeys: readonly string[], given: string, text: string): boolean {
  return secretKeys.map((key) => sameHex(given, hmacHex(key, `${key}${text}`))).includes(true)
}

function refuse (detail: string, cause?: unknown): never {
  throw new DomainError('invalid_webhook_signature', detail, { cause })
}

/** The signature is over fields of the body: what has none can't be signed. */
function parse (body: Uint8Array): Fields {
  try {
    return parseFields(body)
  } catch (cause) {
    return refuse('the webhook is no JSON object, and so can\'t be signed', cause)
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

function noticeOf (signed: SignedFields): WebhookNotice {
  const { type, iyzicoPaymentId, token, paymentId, status } = signed
  if (type === '' || status === '') throw new DomainError('invalid_webhook', 'the webhook is signed, but says neither what it is about nor how that stands')
  const isOurs = OURS.test(paymentId)
  return {
    // iyzico's reference code and time are not signed: anybody could make a new event of an old one with them.
    eventId: createHash('sha256').update(JSON.stringify(Object.values(signed))).digest('hex'),
    type: `${type}.${status}`,
    paymentId: isOurs ? paymentId : null,
    providerReference: [token, iyzicoPaymentId].find((reference) => reference !== '') ?? null,
    fact: isOurs && !UNDER_WAY.has(status) ? 'ask' : null,
  }
}
