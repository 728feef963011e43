import fc from 'fast-check'
import { Known } from './known.js'
import type { Schema } from '../support/contract.js'
import { LOGGED_ERROR, OPEN_REFUND, RETURN_KEY } from './trouble.js'

/** Values for fields and parameters whose rules the document states in words alone, by name. */
const IN_WORDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  receiverId: fc.oneof(fc.nat(1).map((nth) => new Known(nth)), fc.constant('somebody')),
  amount: fc.integer({ min: 1, max: 5_000_000 }),
  currency: fc.constantFrom('TRY', 'USD', 'EUR', 'JPY', 'KWD'),
  provider: fc.constant('simulator'),
  carrier: fc.constant('simulator'),
  // Mostly successes, so that there are payments to refund.
  token: fc.oneof(
    { weight: 3, arbitrary: fc.constant('tok_ok') },
    { weight: 2, arbitrary: fc.constantFrom('tok_declined', 'tok_requires_action', 'tok_processing', 'tok_error', 'tok_timeout_charged') }
  ),
  orderToken: fc.constant(new Known(0)),
  roomId: fc.nat(9).map((nth) => new Known(nth)),
  productId: fc.constantFrom('p-1', 'p-2'),
  metadata: fc.dictionary(fc.string({ maxLength: 8 }).filter(isHarmlessKey), fc.oneof(fc.integer({ min: 0, max: 999 }), fc.boolean(), fc.constant(null), words(8)), { maxKeys: 4 }),
  password: fc.constant('dört tane mavi atkı'),
  returnUrl: fc.constantFrom('https://shop.example/back', 'https://shop.example/back?a=1#b'),
  timeZone: fc.constantFrom('Europe/Istanbul', 'UTC', 'America/New_York'),
  from: fc.constantFrom('2026-01-01', '2026-02-28'),
  position: fc.constant('3.0'),
  types: fc.constantFrom('payment.succeeded', 'payment.failed,shipment.delivered', 'room.live'),
  // No request waits.
  wait: fc.constant(0),
  startsAt: fc.constantFrom('2126-12-01T18:00:00Z', '2126-12-01T18:00:00.000+03:00'),
  to: fc.constantFrom('2026-03-01', '2026-03-31'),
  'idempotency-key': fc.oneof(fc.uuid(), fc.constantFrom('one', 'other')),
  q: fc.constantFrom('order', 'or', 'scarf blue', 'ayse@example.com'),
  email: fc.nat(99_999).map((number) => `payer${number}@example.com`),
  installments: fc.constant(1),
  refundId: fc.constant(OPEN_REFUND),
  flag: fc.constant('late_success'),
  occurredAt: fc.constantFrom('2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00+03:00'),
  errorId: fc.constant(LOGGED_ERROR),
  key: fc.constant(RETURN_KEY),
  phone: fc.constantFrom('0532 123 45 67', '+905321234567', '+49 1512 3456789'),
  orderId: fc.nat(9999).map((number) => `order-${number}`),
}

/** The fields of quiet hours have the same names as those of ranges. */
const HOUR = '^([01][0-9]|2[0-3]):[0-5][0-9]$'

/** Any value that a schema allows. At most twelve digits come in a row, so that no text holds a card number by accident. */
export function rightValue (schema: Schema, name = ''): fc.Arbitrary<unknown> {
  const inWords = schema.pattern === HOUR || schema.type === 'boolean' || (name === 'flag' && schema.enum !== undefined) ? undefined : IN_WORDS[name]
  if (inWords !== undefined) return inWords
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const types = [schema.type].flat()
  return types.length > 1 ? fc.oneof(...types.map((type) => ofType(type, schema))) : ofType(types[0], schema)
}

function ofType (type: string | undefined, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string': return rightText(schema)
    case 'integer': return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6 })
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    case 'array': return fc.array(rightValue(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 })
    default: return rightObject(schema)
  }
}

function rightObject ({ properties = {}, required = [], else: otherwise = {}, minProperties = 0 }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, rightValue(child, name)]))
  return fc.record(fields, { requiredKeys: [...required, ...otherwise.required ?? []] }).map(addedUp).filter((value) => Object.keys(value).length >= minProperties)
}

/** Makes the items of an order add up to its amount, and gives amount and currency together or not at all. */
function addedUp (value: Record<string, unknown>): Record<string, unknown> {
  const { amount, currency, minutes, discountAmount, shippingAmount, taxAmount, ...rest } = value
  if ('items' in value) return { ...rest, amount, currency, items: [{ name: 'Scarf', quantity: 1, unitAmount: amount }] }
  if ('orderId' in value) return { ...rest, amount, currency }
  if (minutes !== undefined && (amount === undefined) !== (currency === undefined)) return { ...rest, minutes }
  return value
}

function rightText ({ pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return words(Math.min(maxLength, 60)).filter((text) => text.length >= minLength)
  const expression = new RegExp(pattern, 'u')
  try {
    return fc.stringMatching(expression).filter((text) => text.length <= 1024 && !/\d{13}/.test(text.replaceAll(/[ -]/g, '')))
  } catch {
    // stringMatching does not support every expression.
    return words(60).filter((text) => expression.test(text))
  }
}

/** Text like that of people, with at least one letter. */
function words (maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'abcçdeğıİöşü .,!?-\'"&<0123'), minLength: 1, maxLength }).map((text) => `a${text}`.slice(0, maxLength)).filter((text) => !/\d{13}/.test(text.replaceAll(/[ -]/g, '')))
}

function isHarmlessKey (key: string): boolean {
  return !['__proto__', 'constructor', 'prototype'].includes(key)
}
