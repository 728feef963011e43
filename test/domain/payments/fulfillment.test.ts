import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { carryOver } from '#domain/payments/carry-over.js'
import { checkShippable, fulfillmentOf, reserveItems, reserveReturn, returnableItems, SHIPMENTS_MAX, unshippedItems, withShipmentState } from '#domain/payments/fulfillment.js'
import { LATER_DISPUTE_FIELDS, withLaterFields, withoutLaterFields } from '#domain/payments/later-fields.js'
import type { Payment } from '#domain/payments/payment.js'
import type { ShippedItems } from '#domain/payments/shipped-items.js'
import { settle } from '#domain/payments/settlement.js'
import { aCapturedPayment, aPayment, START } from '../../support/builders.js'
import { pick, seeded } from '../../support/random-payments.js'

const NOW = START
const ITEMS = [{ name: 'Scarf', quantity: 2, unitAmount: 2_500 }, { name: 'Hat', quantity: 1, unitAmount: 5_000 }]
const ADDRESS = { contactName: 'Ada', address: 'Gül Sokak 7', city: 'İstanbul', country: 'TR' }

const paid = (overrides: Partial<Payment> = {}): Payment => aCapturedPayment({ items: ITEMS, shippingAddress: ADDRESS, ...overrides })
const reserve = (payment: Payment, shipmentId: string, items: ShippedItems['items']): Payment => reserveItems(payment, { shipmentId, items }, NOW).payment

t.test('only captured, undisputed payments without a doubt about their money ship', (t) => {
  checkShippable(paid())
  checkShippable(paid({ status: 'partially_refunded', refundedAmount: 100 }))
  const dispute = { disputeId: 'd', amount: 1, ...LATER_DISPUTE_FIELDS }
  const refused: Array<Partial<Payment>> = [
    { status: 'pending', capturedAmount: 0 }, { status: 'refunded' }, { status: 'disputed' }, { flags: ['amount_mismatch'] }, { flags: ['late_success', 'duplicate_charge'] },
    { disputes: [{ ...dispute, status: 'open' }] },
  ]
  for (const overrides of refused) t.throws(() => reserve(paid(overrides), 'ship_1', [{ index: 0, quantity: 1 }]), { code: 'payment_not_shippable' }, JSON.stringify(overrides))
  checkShippable(paid({ disputes: [{ ...dispute, status: 'won' }, { ...dispute, status: 'open', charge: 'second' }], flags: ['late_success'] }))
  t.throws(() => checkShippable(paid({ status: 'settling' as Payment['status'] })), { code: 'payment_unreadable' })
  t.end()
})

t.test('nothing ships twice, and what came to nothing may ship again', (t) => {
  const first = reserve(paid(), 'ship_1', [{ index: 0, quantity: 1 }])
  t.same(first.shipments, [{ shipmentId: 'ship_1', items: [{ index: 0, quantity: 1 }], state: 'open' }])
  t.equal(first.version, 3)
  t.same(unshippedItems(first), [{ index: 0, quantity: 1 }, { index: 1, quantity: 1 }])
  t.equal(reserve(first, 'ship_1', [{ index: 0, quantity: 1 }]), first, 'a reservation is made once')
  for (const items of [[{ index: 0, quantity: 2 }], [{ index: 2, quantity: 1 }], [{ index: 0, quantity: 0 }], [], [{ index: 0, quantity: 1 }, { index: 0, quantity: 1 }]]) {
    t.throws(() => reserve(first, 'ship_2', items), { code: 'already_shipped', message: /1 of item 0, 1 of item 1/ }, JSON.stringify(items))
  }
  const all = reserve(first, 'ship_2', unshippedItems(first))
  t.throws(() => reserve(all, 'ship_3', [{ index: 1, quantity: 1 }]), { code: 'already_shipped', message: /nothing is left/ })
  const freed = withShipmentState(all, 'ship_2', 'void', NOW).payment
  t.same(unshippedItems(freed), [{ index: 0, quantity: 1 }, { index: 1, quantity: 1 }])
  t.equal(withShipmentState(freed, 'ship_2', 'void', NOW).payment, freed)
  t.equal(withShipmentState(freed, 'ship_9', 'void', NOW).payment, freed)
  t.end()
})

t.test('a payment without items ships as a whole', (t) => {
  const whole = paid({ items: [] })
  const shipped = reserve(whole, 'ship_1', [])
  t.throws(() => reserve(whole, 'ship_1', [{ index: 0, quantity: 1 }]), { code: 'already_shipped', message: /no items/ })
  t.throws(() => reserve(shipped, 'ship_2', []), { code: 'already_shipped' })
  t.equal(reserve(withShipmentState(shipped, 'ship_1', 'void', NOW).payment, 'ship_2', []).shipments.length, 2)
  t.end()
})

t.test('a payment takes so many shipments', (t) => {
  const shipments = Array.from({ length: SHIPMENTS_MAX }, (_, index): ShippedItems => ({ shipmentId: `ship_${index}`, items: [], state: 'void' }))
  t.throws(() => reserve(paid({ shipments }), 'ship_x', unshippedItems(paid())), { code: 'shipment_limit_reached' })
  t.end()
})

t.test('what is fulfilled follows from the shipments', (t) => {
  const scarf: ShippedItems = { shipmentId: 'ship_1', items: [{ index: 0, quantity: 2 }], state: 'open' }
  const hat: ShippedItems = { shipmentId: 'ship_2', items: [{ index: 1, quantity: 1 }], state: 'open' }
  const status = (...shipments: ShippedItems[]) => fulfillmentOf(paid({ shipments }))
  t.equal(fulfillmentOf(paid({ shippingAddress: null })), 'not_needed')
  t.equal(fulfillmentOf(paid({ provider: 'manual' })), 'not_needed')
  t.equal(fulfillmentOf(paid({ shippingAddress: null, shipments: [scarf] })), 'unfulfilled')
  t.equal(status(), 'unfulfilled')
  t.equal(status({ ...scarf, state: 'void' }), 'unfulfilled')
  t.equal(status(scarf, hat), 'unfulfilled')
  t.equal(status({ ...scarf, state: 'shipped' }, hat), 'partially_shipped')
  t.equal(status({ ...scarf, state: 'delivered' }, { ...hat, state: 'void' }), 'partially_shipped')
  t.equal(status({ ...scarf, state: 'delivered' }, { ...hat, state: 'shipped' }), 'shipped')
  t.equal(status({ ...scarf, state: 'delivered' }, { ...hat, state: 'returned' }), 'delivered')
  t.equal(status({ ...scarf, state: 'returned' }, { ...hat, state: 'returned' }), 'returned')
  t.equal(fulfillmentOf(paid({ items: [], shipments: [{ ...scarf, items: [], state: 'shipped' }] })), 'shipped')
  t.end()
})

const back = (payment: Payment, shipmentId: string, items: ShippedItems['items']): Payment => reserveReturn(payment, { shipmentId, items }, NOW).payment

t.test('what has arrived may be sent back, and nothing twice', (t) => {
  const sent = reserve(paid(), 'ship_1', [{ index: 0, quantity: 2 }])
  t.throws(() => back(sent, 'ship_r', [{ index: 0, quantity: 1 }]), { code: 'nothing_to_return', message: /nothing has arrived/ })
  const arrived = withShipmentState(sent, 'ship_1', 'delivered', NOW).payment
  t.same(returnableItems(arrived), [{ index: 0, quantity: 2 }])
  const first = back(arrived, 'ship_r', [{ index: 0, quantity: 1 }])
  t.same(first.shipments.at(-1), { shipmentId: 'ship_r', items: [{ index: 0, quantity: 1 }], state: 'open', direction: 'return' })
  t.equal(back(first, 'ship_r', [{ index: 0, quantity: 1 }]), first, 'a reservation is made once')
  for (const items of [[{ index: 0, quantity: 2 }], [{ index: 1, quantity: 1 }], [], [{ index: 0, quantity: 1 }, { index: 0, quantity: 1 }]]) {
    t.throws(() => back(first, 'ship_s', items), { code: 'nothing_to_return', message: /at most: 1 of item 0/ }, JSON.stringify(items))
  }
  t.same(unshippedItems(first), [{ index: 1, quantity: 1 }], 'what comes back is not to be shipped again')
  for (const state of ['void', 'returned'] as const) t.same(returnableItems(withShipmentState(first, 'ship_r', state, NOW).payment), [{ index: 0, quantity: 2 }], state)
  t.equal(back({ ...arrived, status: 'refunded' }, 'ship_s', [{ index: 0, quantity: 1 }]).shipments.length, 2, 'what was paid back comes back too')
  t.throws(() => back({ ...arrived, status: 'settling' as Payment['status'] }, 'ship_s', []), { code: 'payment_unreadable' })
  const shipments = [...arrived.shipments, ...Array.from({ length: SHIPMENTS_MAX - 1 }, (_, index): ShippedItems => ({ shipmentId: `ship_v${index}`, items: [], state: 'void' }))]
  t.throws(() => back({ ...arrived, shipments }, 'ship_s', [{ index: 0, quantity: 1 }]), { code: 'shipment_limit_reached' })
  t.end()
})

t.test('a payment without items comes back as a whole', (t) => {
  const sent = reserve(paid({ items: [] }), 'ship_1', [])
  t.throws(() => back(sent, 'ship_r', []), { code: 'nothing_to_return' })
  const arrived = withShipmentState(sent, 'ship_1', 'delivered', NOW).payment
  t.throws(() => back(arrived, 'ship_r', [{ index: 0, quantity: 1 }]), { code: 'nothing_to_return' })
  const wanted = back(arrived, 'ship_r', [])
  t.throws(() => back(wanted, 'ship_s', []), { code: 'nothing_to_return' })
  t.equal(fulfillmentOf(wanted), 'delivered')
  t.throws(() => reserve(wanted, 'ship_2', []), { code: 'already_shipped' })
  t.equal(fulfillmentOf(withShipmentState(wanted, 'ship_r', 'delivered', NOW).payment), 'returned')
  t.end()
})

t.test('an order is returned once all of it is back, whichever way it came', (t) => {
  const [scarf, hat] = [{ index: 0, quantity: 2 }, { index: 1, quantity: 1 }]
  const arrived: ShippedItems = { shipmentId: 'ship_1', items: [scarf, hat], state: 'delivered' }
  const status = (...shipments: ShippedItems[]) => fulfillmentOf(paid({ shipments }))
  const came: ShippedItems = { shipmentId: 'ship_r', items: [scarf, hat], state: 'delivered', direction: 'return' }
  t.equal(status(arrived, { ...came, state: 'shipped' }), 'delivered')
  t.equal(status(arrived, { ...came, items: [scarf] }), 'delivered')
  t.equal(status(arrived, came), 'returned')
  t.equal(status(arrived, { ...came, state: 'returned' }), 'delivered', 'it came back to the buyer')
  t.equal(status({ ...arrived, items: [hat] }, { shipmentId: 'ship_2', items: [scarf], state: 'returned' }, { ...came, items: [hat] }), 'returned')
  t.equal(status({ ...came, state: 'open' }), 'unfulfilled')
  t.end()
})

t.test('what is on its way back is never more than has arrived, whatever is asked in whatever order', (t) => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed)
    const whole = (below: number): number => Math.floor(random() * below)
    let payment = paid({ items: Array.from({ length: 1 + whole(4) }, () => ({ name: 'x', quantity: 1 + whole(5), unitAmount: 1 })) })
    for (let step = 0; step < 40; step++) {
      const items = Array.from({ length: 1 + whole(2) }, () => ({ index: whole(5), quantity: whole(4) }))
      const chosen = payment.shipments[whole(payment.shipments.length)]
      try {
        if (chosen !== undefined && whole(3) === 0 && (chosen.state === 'open' || chosen.state === 'shipped')) payment = withShipmentState(payment, chosen.shipmentId, pick(random, ['void', 'shipped', 'delivered', 'returned']), NOW).payment
        else payment = whole(2) === 0 ? back(payment, `ret_${step}`, items) : reserve(payment, `ship_${step}`, items)
      } catch (error) {
        if (!(error instanceof DomainError) || (error.code !== 'already_shipped' && error.code !== 'nothing_to_return')) throw error
      }
      const sum = (index: number, isCounted: (one: ShippedItems) => boolean) => payment.shipments.filter(isCounted).flatMap((one) => one.items).reduce((total, item) => item.index === index ? total + item.quantity : total, 0)
      const isWithin = payment.items.every(({ quantity }, index) => {
        const arrived = sum(index, ({ state, direction }) => direction !== 'return' && state === 'delivered')
        return arrived <= quantity && sum(index, ({ state, direction }) => direction === 'return' && state !== 'void' && state !== 'returned') <= arrived
      })
      if (!isWithin) t.fail(`seed ${seed}, step ${step}`)
    }
  }
  t.end()
})

t.test('open quantities are never above what was bought, whatever is asked in whatever order', (t) => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const whole = (below: number): number => Math.floor(random() * below)
    let payment = paid({ items: Array.from({ length: 1 + whole(4) }, () => ({ name: 'x', quantity: 1 + whole(5), unitAmount: 1 })) })
    for (let step = 0; step < 40; step++) {
      const open = payment.shipments.filter(({ state }) => state !== 'void')
      const chosen = open[whole(open.length)]
      try {
        payment = chosen === undefined || whole(3) > 0
          ? reserve(payment, `ship_${step}`, Array.from({ length: 1 + whole(2) }, () => ({ index: whole(5), quantity: whole(4) })))
          : withShipmentState(payment, chosen.shipmentId, pick(random, ['void', 'shipped', 'delivered', 'returned']), NOW).payment
      } catch (error) {
        t.match(error, { code: 'already_shipped' })
      }
      const taken = payment.shipments.filter(({ state }) => state !== 'void').flatMap(({ items }) => items)
      const isWithin = payment.items.every(({ quantity }, index) => taken.reduce((sum, item) => item.index === index ? sum + item.quantity : sum, 0) <= quantity)
      if (!isWithin) t.fail(`seed ${seed}, step ${step}`)
    }
  }
  t.end()
})

t.test('shipments survive what another change of the payment has learned, and versions that do not know them', (t) => {
  const pending = aPayment({ items: ITEMS })
  const after = settle(pending, { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }, NOW).payment
  const shipped = reserve(paid(), 'ship_1', [{ index: 0, quantity: 1 }])
  t.same(carryOver(shipped, pending, after).payment.shipments, shipped.shipments)
  t.same(carryOver(pending, pending, after).payment.shipments, [])
  t.notMatch(JSON.stringify(withoutLaterFields(paid())), /shipments/)
  const { shipments: _none, ...earlier } = paid()
  t.same(withLaterFields(earlier as Payment).shipments, [])
  t.end()
})
