import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { aPayment } from '../../support/builders.js'
import { brake, declined, made } from '../../support/brake.js'

t.test('a try waits until another one of its payer has ended, and is refused if that was one decline too many', async (t) => {
  const { begin } = brake()
  const payer = { userId: 'ada', ip: '192.0.2.1' }
  const running = await Promise.all(Array.from({ length: 5 }, async () => await begin(payer)))
  t.same(running.map(({ refusal }) => refusal), Array(5).fill(null))
  let begun = 0
  const [sixth, seventh] = [begin(payer), begin(payer)].map(async (beginning) => { const one = await beginning; begun += 1; return one })
  await begin({ userId: 'bora', ip: '192.0.2.1' })
  t.equal(begun, 0)
  await running[0]?.end(made)
  t.match(await sixth, { refusal: null })
  t.equal(begun, 1)
  for (const one of running.slice(1)) await one.end(declined)
  await (await sixth)?.end(declined)
  t.match(await seventh, { refusal: { code: 'too_many_attempts', retryAfterS: 2 } })
})

t.test('tries that wait begin in their order, and cost the same work each, however many of them wait', async (t) => {
  const looksAt = async (count: number): Promise<number> => {
    const { attempts } = memoryStores()
    let looks = 0
    const { begin } = brake({
      find: async (key) => {
        looks += 1
        return await attempts.find(key)
      },
      update: async (key, change) => await attempts.update(key, change),
    })
    const order: number[] = []
    await Promise.all(Array.from({ length: count }, async (_, index) => {
      const { refusal, end } = await begin({ userId: `payer ${index}`, ip: '192.0.2.1' })
      t.equal(refusal, null)
      order.push(index)
      await end(made)
    }))
    t.same(order, Array.from({ length: count }, (_, index) => index))
    return looks / count
  }
  const few = await looksAt(60)
  t.ok(await looksAt(300) < few + 3, 'no more than one look at the three limits')
})

t.test('one that is woken and has to wait elsewhere by then wakes the next one', async (t) => {
  const { begin } = brake()
  const atHome = { userId: 'ada', ip: '192.0.2.1' }
  const [first, ...others] = await Promise.all(Array.from({ length: 30 }, async (_, index) => await begin({ ...atHome, userId: `payer ${index}` })))
  const begun: string[] = []
  const [ada, bora] = ['ada', 'bora'].map(async (userId) => { const one = await begin({ ...atHome, userId }); begun.push(userId); return one })
  const elsewhere = await Promise.all(Array.from({ length: 5 }, async (_, index) => await begin({ userId: 'ada', ip: `198.51.${index}.1` })))
  t.same(begun, [])
  await first?.end(made)
  t.match(await bora, { refusal: null })
  t.same(begun, ['bora'])
  await elsewhere[0]?.end(made)
  await others[0]?.end(made)
  t.match(await ada, { refusal: null })
})

t.test('one whose limits cannot be read when it is woken leaves its place to the next one', async (t) => {
  const { attempts } = memoryStores()
  const payer = { userId: 'ada', ip: '192.0.2.1' }
  let isBroken = false
  const { begin } = brake({
    find: async (key) => {
      if (isBroken) {
        isBroken = false
        throw new Error('no counts')
      }
      return await attempts.find(key)
    },
    update: async (key, change) => await attempts.update(key, change),
  })
  const [first] = await Promise.all(Array.from({ length: 5 }, async () => await begin(payer)))
  const waiting = Promise.allSettled([begin(payer), begin(payer)])
  await begin({ userId: 'bora', ip: '192.0.2.1' })
  isBroken = true
  await first?.end(made)
  t.match(await waiting, [{ reason: { message: 'no counts' } }, { value: { refusal: null } }])
})

t.test('a decline that ends a try while another one begins counts for that one', async (t) => {
  const { attempts } = memoryStores()
  let gate = Promise.resolve()
  const { begin } = brake({
    find: async (key) => {
      const found = await attempts.find(key)
      await gate
      return found
    },
    update: async (key, change) => await attempts.update(key, change),
  })
  const payer = { userId: 'ada', ip: '192.0.2.1' }
  const running = await Promise.all(Array.from({ length: 5 }, async () => await begin(payer)))
  const { promise, resolve } = Promise.withResolvers<undefined>()
  gate = promise.then(() => {})
  let begun = false
  const sixth = begin(payer).then((one) => { begun = true; return one })
  await running[0]?.end(declined)
  resolve(undefined)
  await begin({ userId: 'bora', ip: '192.0.2.1' })
  t.equal(begun, false, 'four are under way, and four more declines are allowed')
  await running[1]?.end(made)
  t.match(await sixth, { refusal: null })
})

t.test('repeats of one request are one try, which is under way until the last of them ends', async (t) => {
  const { begin } = brake()
  const payer = { userId: 'ada', ip: '192.0.2.1' }
  const repeats = await Promise.all(Array.from({ length: 20 }, async () => await begin(payer, 'pay_same')))
  const others = await Promise.all(Array.from({ length: 4 }, async () => await begin(payer)))
  for (const repeat of repeats.slice(1)) await repeat.end(aPayment())
  let begun = false
  const next = begin(payer).then((one) => { begun = true; return one })
  await others[0]?.end(aPayment())
  t.match(await next, { refusal: null })
  begun = false
  const last = begin(payer).then((one) => { begun = true; return one })
  await begin({ userId: 'bora', ip: '192.0.2.1' })
  t.equal(begun, false)
  await repeats[0]?.end(aPayment())
  t.match(await last, { refusal: null })
})

t.test('a line that is ten turns long takes no more tries', async (t) => {
  const { begin } = brake()
  const payer = { userId: 'ada', ip: '192.0.2.1' }
  const running = await Promise.all(Array.from({ length: 5 }, async () => await begin(payer)))
  const waiting = Array.from({ length: 50 }, async () => await begin(payer))
  t.match(await begin(payer), { refusal: { code: 'too_many_attempts', retryAfterS: 5 } })
  for (const one of running) await one.end(made)
  for (const beginning of waiting) {
    const one = await beginning
    t.equal(one.refusal, null)
    await one.end(made)
  }
})
