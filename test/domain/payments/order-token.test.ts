import fc from 'fast-check'
import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { readOrderToken } from '#domain/payments/order-token.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'
import { lately, ORDER_CLAIMS } from '../../support/order-tokens.js'

const NOW_S = Date.parse(START) / 1000
const DAY_S = 86_400
const CLAIMS = { ...ORDER_CLAIMS, ...lately(NOW_S) }
const ITEM = { name: 'Scarf', quantity: 2, unitAmount: 5_000 }
const read = (claims: object) => readOrderToken({ ...CLAIMS, ...claims }, START)

t.test('the claims of an order are read, and those that say nothing of it are ignored', async (t) => {
  t.same(read({}), { order: { orderId: 'order-1', amount: 10_000, currency: 'TRY', sellerId: 'sela', items: [], payerId: null }, expiresAt: laterBy(START, 3_600_000) })
  t.same(read({ sub: 'ada', items: [{ ...ITEM, note: 'blue' }], jti: 'x', iss: 'shop', note: [] }).order, { ...read({}).order, payerId: 'ada', items: [ITEM] })
  for (const none of [null, undefined]) t.match(read({ sellerId: none, sub: none, items: undefined }).order, { sellerId: null, payerId: null, items: [] })
  t.ok(read({ aud: ['other', 'basvideo-orders'] }))
})

t.test('the id of a person may be a long number', async (t) => {
  const id = 'facebook|4242424242424242'
  t.match(read({ sub: id, sellerId: id }).order, { payerId: id, sellerId: id })
})

t.test('a token that has expired is read too', async (t) => {
  t.equal(read({ iat: NOW_S - DAY_S, exp: NOW_S - 1 }).expiresAt, laterBy(START, -1000))
})

t.test('a token lives at most 24 hours, and its time has come', async (t) => {
  for (const times of [
    { exp: NOW_S + DAY_S }, { iat: NOW_S + 60, exp: NOW_S + 61 }, { iat: 0, exp: 1 }, { nbf: NOW_S + 60 },
  ]) t.ok(read(times), JSON.stringify(times))
  for (const times of [
    { exp: NOW_S + DAY_S + 1 }, { iat: NOW_S - 1, exp: NOW_S + DAY_S }, { iat: NOW_S + 61, exp: NOW_S + 62 }, { iat: NOW_S, exp: NOW_S }, { iat: NOW_S, exp: NOW_S - 1 }, { nbf: NOW_S + 61 }, { nbf: 'now' },
    { iat: undefined }, { exp: undefined }, { iat: null }, { exp: `${NOW_S + 60}` }, { iat: `${NOW_S}` }, { iat: NOW_S + 0.5 }, { exp: Infinity }, { exp: NaN }, { iat: -1, exp: 1 }, { iat: 1e308, exp: 1e308 }, { iat: [NOW_S] },
  ]) t.throws(() => read(times), { code: 'invalid_order_token', message: /iat|exp/ }, JSON.stringify(times))
})

t.test('a claim of another form than in a request is refused', async (t) => {
  const card = '4242 4242 4242 4242'
  const wrong: Array<[claim: string, values: unknown[]]> = [
    ['aud', [undefined, null, '', 'basvideo-api', 'basvideo-orders ', [], [['basvideo-orders']], { 0: 'basvideo-orders' }]],
    ['amount', [undefined, null, '10000', 10_000.5, 0, -1, 1e12, 2 ** 53, Infinity, NaN, [10_000], { valueOf: 1 }, true]],
    ['orderId', [undefined, null, '', 7, 'a b', 'ş', 'x'.repeat(65), 'order\n', card.replaceAll(' ', ''), ['order-1']]],
    ['currency', [undefined, null, 'try', 'TR', 'TRYY', 'TRY\n', 949, ['TRY']]],
    ['sellerId', ['', 7, 'a#b', 'x'.repeat(129), ['sela'], {}]],
    ['sub', ['', 7, 'a#b', 'x'.repeat(129), ['ada'], {}]],
    ['items', [null, 'x', {}, 7, Array(101).fill(ITEM), [null], [7], [[]], ['Scarf'], ...[
      { name: '' }, { name: 7 }, { name: 'x'.repeat(241) }, { name: '\ud800' }, { name: card }, { quantity: 0 }, { quantity: 10_001 }, { quantity: 1.5 }, { quantity: '1' },
      { unitAmount: 0 }, { unitAmount: 1e12 }, { unitAmount: '5' }, { name: undefined }, { quantity: undefined }, { unitAmount: undefined },
    ].map((part) => [{ ...ITEM, ...part }])]],
  ]
  for (const [claim, values] of wrong) {
    for (const value of values) t.throws(() => read({ [claim]: value }), { code: 'invalid_order_token', message: new RegExp(claim) }, `${claim} = ${JSON.stringify(value)}`.slice(0, 80))
  }
  t.ok(read({ items: Array(100).fill({ ...ITEM, name: '😀'.repeat(240), quantity: 10_000 }) }), 'the longest list of the longest names')
})

t.test('any claims are read or refused with the one code', async () => {
  const anything = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(CLAIMS)))
  fc.assert(fc.property(fc.record(Object.fromEntries(Object.keys({ ...CLAIMS, sub: 0, items: 0, nbf: 0 }).map((name) => [name, anything])), { requiredKeys: [] }), (claims) => {
    try {
      return readOrderToken(claims, START).order.amount === claims['amount']
    } catch (error) {
      return error instanceof DomainError && error.code === 'invalid_order_token'
    }
  }), { numRuns: 2000 })
})
