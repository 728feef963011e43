import fc from 'fast-check'
import t from 'tap'
import { isWholeTerm, matchesSearch, ORDER_MAX_WORDS, orderTerms, referenceTerms, searchOf } from '#domain/payments/order-search.js'
import { wordsOf } from '#domain/fold.js'
import type { Payment } from '#domain/payments/payment.js'
import { aPayment } from '../../support/builders.js'

const PAYMENT_ID = `pay_${'a2'.repeat(26)}`
const order = aPayment({
  paymentId: PAYMENT_ID,
  orderId: 'Order-1001',
  userId: 'ada',
  providerReference: 'sim_REF-1',
  buyerEmail: 'Ada.Yilmaz@Example.com',
  description: 'Kırmızı ÇANTA, 2 adet',
  items: [{ name: 'Işıklı çanta', quantity: 1, unitAmount: 10_000 }],
})

const words = fc.string({ unit: fc.constantFrom(...Array.from('aIıİişŞğçöÜ7z한𠀀')), minLength: 1, maxLength: 30 })
const orders = fc.record({ description: fc.option(fc.array(words, { maxLength: 25 }).map((list) => list.join(' '))), names: fc.array(words, { maxLength: 5 }) })
  .map(({ description, names }) => aPayment({ description, items: names.map((name) => ({ name, quantity: 1, unitAmount: 1 })) }))

/** Whether the index and `matchesSearch` together find the order. */
function isFound (payment: Payment, query: string): boolean {
  const search = searchOf(query)
  const own = orderTerms(payment)
  return search.terms.some((term) => own.includes(term)) && matchesSearch(payment, search)
}

t.test('an order is found by each of its whole ids, in upper and lower case', async (t) => {
  for (const query of [PAYMENT_ID, 'order-1001', 'ORDER-1001', ' Order-1001 ', 'sim_ref-1', 'ADA', 'ada.yılmaz@example.com']) t.ok(isFound(order, query), query)
  for (const query of ['rder-1001', 'order-100', 'order-10012', 'sim_ref', 'ada@example.com', 'example.com', PAYMENT_ID.slice(0, -1)]) t.notOk(isFound(order, query), query)
})

t.test('an order is found by beginnings of its words, all of them, in any order', async (t) => {
  for (const query of ['kirmizi', 'KIRMIZI', 'Kırm', 'kı', 'çanta', 'CANTA ışıklı', 'işikli kir', 'adet 2', 'ad', 'çanta, kırmızı!']) t.ok(isFound(order, query), query)
  for (const query of ['anta', 'kirmiziya', 'canta mavi', 'kirmizi 3', '10000']) t.notOk(isFound(order, query), query)
})

t.test('a query that can be an id or a word searches both; an e-mail address and an id of ours are never words', async (t) => {
  t.same(searchOf('scarf'), { whole: 'scarf', words: ['scarf'], terms: ['=scarf', '~scarf'] })
  t.same(searchOf('Order-1001').terms, ['=order-1001', '~order'])
  t.same(searchOf('red scarf'), { whole: null, words: ['red', 'scarf'], terms: ['~scarf'] })
  t.same(searchOf('şık'), { whole: 'sik', words: ['sik'], terms: ['=sik', '~sik'] })
  t.same(searchOf('ada@example.com'), { whole: 'ada@example.com', words: [], terms: ['=ada@example.com'] })
  t.same(searchOf(PAYMENT_ID), { whole: PAYMENT_ID, words: [], terms: [`=${PAYMENT_ID}`] })
  t.same(searchOf('@ada').terms, ['=@ada', '~ada'], 'no e-mail')
  t.same(searchOf('a-1').terms, ['=a-1'], 'its words are too short')
  t.same(searchOf('??').terms, ['=??'])
  t.same(searchOf('𠀀 ab').terms, ['~ab'], 'a character of two units is one')
  const many = Array.from({ length: 25 }, (_, index) => `w${index}`)
  t.same(searchOf(many.join(' ')).words, many, 'nothing that is asked for is overlooked')
})

t.test('a query without enough letters is refused', async (t) => {
  for (const query of ['', ' ', 'a', ' a ', 'a b', '  ş  ', '👜👜', 'ı 7']) t.throws(() => searchOf(query), { code: 'search_too_short' }, query)
})

t.test('a word is indexed under few beginnings, and searched under the longest that the query covers', async (t) => {
  const terms = (description: string) => orderTerms(aPayment({ description })).filter((term) => term.startsWith('~'))
  t.same(terms('portakallar'), ['~po', '~por', '~porta', '~portakal'])
  t.same(terms('por x po'), ['~po', '~por'])
  t.same(terms('𠀀𠀀𠀀'), ['~𠀀𠀀', '~𠀀𠀀𠀀'])
  t.same(['po', 'por', 'port', 'porta', 'portaka', 'portakal', 'portakallar x'].map((query) => searchOf(query).terms.at(-1)),
    ['~po', '~por', '~por', '~porta', '~porta', '~portakal', '~portakal'])
})

t.test('every beginning of two characters or more of every indexed word finds the order', async () => {
  fc.assert(fc.property(orders, (payment) => {
    const texts = [payment.description ?? '', ...payment.items.map(({ name }) => name)]
    const indexed = [...new Set(texts.flatMap(wordsOf).map((word) => Array.from(word).slice(0, 24).join('')))].slice(0, ORDER_MAX_WORDS)
    for (const word of indexed) {
      const characters = Array.from(word)
      for (let length = 2; length <= characters.length; length++) if (!isFound(payment, characters.slice(0, length).join(''))) return false
    }
    return true
  }))
})

t.test('every order that matches a search lies under one of its terms', async () => {
  const queries = fc.array(words, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')).filter(isLongEnough)
  fc.assert(fc.property(orders, queries, (payment, query) => {
    const search = searchOf(query)
    const own = new Set(orderTerms(payment))
    return !matchesSearch(payment, search) || search.terms.some((term) => own.has(term))
  }), { numRuns: 500 })
})

function isLongEnough (query: string): boolean {
  try {
    return searchOf(query).terms.length > 0
  } catch {
    return false
  }
}

t.test('the terms of an order are few, short and unique', async (t) => {
  const anything = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(fc.property(anything, anything, anything, fc.array(anything, { maxLength: 30 }), (providerReference, buyerEmail, description, names) => {
    const terms = orderTerms(aPayment({ providerReference, buyerEmail, description, items: names.map((name) => ({ name, quantity: 1, unitAmount: 1 })) }))
    return terms.length <= 85 && new Set(terms).size === terms.length &&
      terms.every((term) => term.isWellFormed() && Buffer.byteLength(term) <= 257)
  }))
  const long = Array.from({ length: 40 }, (_, index) => `${String.fromCharCode(97 + index % 26)}${index}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`).join(' ')
  t.equal(orderTerms(aPayment({ description: long, providerReference: 'r1', buyerEmail: 'a@b.c' })).length, 85)
})

t.test('the words beyond the limit are neither indexed nor matched', async (t) => {
  const description = Array.from({ length: 21 }, (_, index) => `word${String.fromCharCode(97 + index)}`).join(' ')
  t.ok(isFound(aPayment({ description }), 'wordt'))
  t.notOk(matchesSearch(aPayment({ description }), searchOf('wordu')))
  const items = [{ name: 'Copper pot', quantity: 1, unitAmount: 1 }]
  t.notOk(isFound(aPayment({ description, items }), 'copper'), 'the description has used up the limit')
  t.ok(isFound(aPayment({ description: 'blue '.repeat(30), items }), 'copper'), 'a word that is repeated counts once')
  t.notOk(matchesSearch(order, searchOf('other@example.com')), 'an id of another order')
  for (const letter of ['x', '𠀀']) {
    const long = aPayment({ description: letter.repeat(40) })
    t.ok(isFound(long, `${letter.repeat(24)}y`), 'a word is compared by its first 24 characters')
    t.notOk(isFound(long, `${letter.repeat(23)}y`))
  }
})

t.test('terms of ids and of words are distinct', async (t) => {
  const terms = orderTerms(order)
  t.same(terms.filter(isWholeTerm), [`=${PAYMENT_ID}`, '=order-1001', '=sim_ref-1', '=ada', '=ada.yilmaz@example.com'])
  t.ok(terms.filter((term) => !isWholeTerm(term)).length > 5)
  t.ok(isWholeTerm(String(searchOf('~po').terms[0])), 'an id that looks like a beginning')
})

t.test('a known reference is a term of its own, unless it cannot be indexed', async (t) => {
  t.same(referenceTerms(order), ['=sim_ref-1'])
  t.same(referenceTerms(aPayment()), [])
  for (const providerReference of ['', 'x', 'two words', 'ş한', 'x'.repeat(257)]) t.same(referenceTerms(aPayment({ providerReference })), [], providerReference)
})
