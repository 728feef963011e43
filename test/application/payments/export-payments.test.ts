import t from 'tap'
import { EXPORT_PAGE, makeExportPayments } from '#application/payments/read-payments.js'
import type { PageRequest } from '#application/ports/page.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import { anyPayment, at, payment, times } from '../../contracts/fixtures.js'

/** A store of payments that records the pages it is asked for. */
function asked () {
  const { payments } = memoryStores()
  const requests: Array<PageRequest & { readonly filter: PaymentFilter }> = []
  const list: PaymentStore['list'] = async (filter, page) => {
    requests.push({ filter, ...page })
    return await payments.list(filter, page)
  }
  return { payments, requests, exportPayments: makeExportPayments({ payments: { list } as PaymentStore }) }
}

async function collected<T> (source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

t.test('an export holds every payment that matches once, newest first', async t => {
  const { payments, requests, exportPayments } = asked()
  const count = EXPORT_PAGE * 2 + 3
  await times(count, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: at(index), provider: index % 7 === 0 ? 'another' : 'simulator' })))
  const pages = await collected(exportPayments(anyPayment()))
  t.same(pages.map(({ length }) => length), [EXPORT_PAGE, EXPORT_PAGE, 3])
  t.same(pages.flat().map(({ paymentId }) => paymentId), Array.from({ length: count }, (_, index) => `pay_${count - 1 - index}`))
  t.ok(requests.every(({ limit }) => limit === EXPORT_PAGE))
  const another = anyPayment({ provider: 'another' })
  const found = (await collected(exportPayments(another))).flat()
  t.equal(found.length, Math.ceil(count / 7))
  t.same(requests.at(-1)?.filter, another)
  t.same(await collected(makeExportPayments(memoryStores())(anyPayment())), [[]], 'of an empty store')
})

t.test('the store is asked for a page when the reader wants it, and for none after the reader is gone', async t => {
  const { payments, requests, exportPayments } = asked()
  await times(EXPORT_PAGE * 3, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: at(index) })))
  const pages = exportPayments(anyPayment())
  t.equal(requests.length, 0)
  await pages.next()
  t.equal(requests.length, 1)
  await pages.next()
  t.equal(requests.length, 2)
  await pages.return()
  t.same(await pages.next(), { value: undefined, done: true })
  t.equal(requests.length, 2)
})

t.test('an error of the store ends the export', async t => {
  const list = async () => { throw new Error('gone') }
  await t.rejects(makeExportPayments({ payments: { list } as unknown as PaymentStore })(anyPayment()).next(), { message: 'gone' })
})
