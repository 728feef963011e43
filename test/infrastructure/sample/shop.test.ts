import t from 'tap'
import { PARCELS } from '#infrastructure/sample/parcels.js'
import { shopOf, type Shop } from '#infrastructure/sample/shop.js'

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed)
/** What a person may write in a room at once, and how many declines one address may have: beyond these the service refuses. */
const BURST = 5
const DECLINES = 30
const DECLINES_OF_PAYER = 5

const counts = (names: readonly string[]): number[] => [...Map.groupBy(names, (name) => name).values()].map(({ length }) => length)
const declinesOf = ({ payments }: Shop): string[] => payments.filter(({ token }) => ['tok_declined', 'tok_insufficient_funds'].includes(token)).map(({ payer }) => payer.id)

t.test('the same number makes the same shop, and another one another', async (t) => {
  t.same(shopOf(7), shopOf(7))
  const [one, other] = [shopOf(7), shopOf(8)]
  for (const part of ['conversations', 'channels', 'streamers', 'rooms', 'payments'] as const) t.notSame(JSON.stringify(one[part]).replaceAll('sample-7', ''), JSON.stringify(other[part]).replaceAll('sample-8', ''), part)
})

t.test('each shop has every parcel, both currencies and both languages, names nothing twice, and adds up', async (t) => {
  for (const shop of SEEDS.map(shopOf)) {
    const { seed, payments, conversations, rooms } = shop
    t.same(PARCELS.filter((parcel) => !payments.some((payment) => payment.parcel === parcel)), [], String(seed))
    t.same(new Set(payments.map(({ currency }) => currency)), new Set(['TRY', 'USD']))
    t.same(new Set(conversations.map(({ texts: [text = ''] }) => /[ığşçöüİ]/.test(text))), new Set([true, false]), String(seed))
    const names = [...payments, ...conversations, ...rooms].map(({ name }) => name)
    t.equal(new Set(names).size, names.length)
    t.same(payments.filter(({ amount, items, shippingAmount }) => amount !== items.reduce((sum, item) => sum + item.quantity * item.unitAmount, shippingAmount)), [])
    // The simulator gives some amounts a meaning of their own, and none of them ends in 0.
    t.same(payments.flatMap(({ amount, refunds }) => [amount, ...refunds.map((refund) => refund.amount ?? 0)]).filter((amount) => amount % 10 !== 0), [])
    for (const { name, becomes } of rooms) t.equal(payments.some(({ ordered }) => ordered?.room === name), becomes !== 'scheduled', name)
  }
})

t.test('no shop is refused by the limits of a service', async (t) => {
  for (const shop of SEEDS.map(shopOf)) {
    for (const { name, chat } of shop.rooms) t.ok(Math.max(...counts(chat.map(({ by }) => by.id))) <= BURST, name)
    const declines = declinesOf(shop)
    t.ok(declines.length < DECLINES && Math.max(...counts(declines)) <= DECLINES_OF_PAYER, String(shop.seed))
  }
})
