import t, { type Test } from 'tap'
import { MINUTE_MS } from '#domain/time.js'
import { startOfTwo, workerOf } from '../../support/workers.js'

const payer = { userId: 'carder', ip: '192.0.2.1' }

t.test('requests are counted over all workers, those of a route by themselves, and by one alone where the primary does not answer', async (t) => {
  const { one, other } = startOfTwo(t)
  const count = async (worker: typeof one, group = ''): Promise<number | undefined> => (await worker.shared.countTogether(group, 'user ada', MINUTE_MS))?.current
  t.same([await count(one), await count(other), await count(one), await count(other, 'GET /a')], [1, 2, 3, 1])
  t.ok(Number((await other.shared.countTogether('', 'user ada', MINUTE_MS))?.ttl) <= MINUTE_MS)
  one.state.isCut = true
  t.equal(await count(one), undefined)
})

t.test('places are those of the start; a worker that is over, or has had no answer, keeps none', async (t) => {
  const { hub, one, other } = startOfTwo(t)
  const take = async (worker: typeof one, max = 2): Promise<boolean> => await worker.shared.places.take('user ada', max)
  t.same([await take(one), await take(other), await take(one), await take(other, 1)], [true, true, false, false])
  one.shared.places.leave('user ada')
  t.ok(await take(other))
  await other.leave()
  t.same([await take(one), await take(one)], [true, true])
  one.state.isCut = true
  const third = workerOf(t, hub)
  t.notOk(await take(third))
  third.state.isCut = true
  t.same([await take(third), await take(third), await take(third)], [true, true, false], 'without the primary a worker goes by its own count')
  third.state.isCut = false
  third.shared.places.leave('user ada')
  t.notOk(await take(third), 'what the primary has not given is not given back')
})

/** Has a card declined at a worker. */
async function decline ({ shared: { declineBrake: { begin, learn, end } } }: ReturnType<typeof workerOf>, id: string): Promise<void> {
  t.equal(await begin(payer, id), null)
  await learn(payer, 'declined')
  end(payer, id)
}

t.test('declines count at whichever worker they come, and payments that are made take one back', async (t) => {
  const { one, other } = startOfTwo(t)
  for (const [index, worker] of [one, other, one, other].entries()) await decline(worker, `pay_${index}`)
  await one.shared.declineBrake.learn(payer, 'made')
  await decline(one, 'pay_5')
  await decline(other, 'pay_6')
  t.match(await one.shared.declineBrake.begin(payer, 'pay_7'), { code: 'too_many_attempts', retryAfterS: 2 })
})

t.test('a try waits for those of other workers, and those of a worker that is over are over', async (t) => {
  const { one, other } = startOfTwo(t)
  for (let index = 0; index < 5; index++) t.equal(await one.shared.declineBrake.begin(payer, `pay_${index}`), null)
  let begun = 0
  const begin = async (worker: typeof one, id: string): Promise<void> => {
    await worker.shared.declineBrake.begin(payer, id)
    begun++
  }
  const waiting = begin(other, 'pay_5')
  await one.shared.countTogether('', 'turn', 1)
  t.equal(begun, 0)
  one.shared.declineBrake.end(payer, 'pay_0')
  await waiting
  const orphan = begin(one, 'pay_6')
  await one.shared.countTogether('', 'turn', 1)
  await one.leave()
  await orphan
  // The place of a try that has begun after its worker was over is free as well.
  for (let index = 7; index < 11; index++) await begin(other, `pay_${index}`)
  t.equal(begun, 6)
})

/** The value of a metric in the sum. */
async function figure ({ shared }: ReturnType<typeof workerOf>, name: string): Promise<number> {
  const { body } = await shared.renderMetrics()
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(body)?.[1])
}

t.test('metrics are those of all workers: counters of workers that are over stay, and each gauge has its way', async (t) => {
  const { hub, one, other } = startOfTwo(t)
  const sent = 'basvideo_live_deliveries_total'
  for (const [worker, count] of [[one, 3], [other, 4]] as const) {
    worker.metrics.countLiveDeliveries(count)
    worker.metrics.setLiveConnections(count)
    worker.metrics.setOutboxParked(5)
    worker.metrics.observeStoreCall('payments', 'find', 'ok', 0.1)
  }
  const calls = 'basvideo_store_call_duration_seconds_count{store="payments",operation="find",outcome="ok"}'
  t.same(await Promise.all([sent, 'basvideo_live_connections', 'basvideo_outbox_parked', calls].map(async (name) => await figure(other, name))), [7, 7, 5, 2])
  other.metrics.countLiveDeliveries(10)
  t.equal(await other.primary.ask('leaveFigures', [await other.metrics.figures()]), true)
  await other.leave()
  t.same(await Promise.all([sent, 'basvideo_live_connections', calls].map(async (name) => await figure(one, name))), [17, 3, 2])
  const third = workerOf(t, hub)
  third.metrics.countLiveDeliveries(1)
  t.equal(await figure(third, sent), 18)
  third.state.isCut = true
  await third.leave()
  t.equal(await figure(one, sent), 18, 'of one that is killed, what it showed last')
})

t.test('a worker that hangs counts with what it showed last, and without the primary no figures are made up', { timeout: 20_000 }, async (t: Test) => {
  const { one, other } = startOfTwo(t)
  other.metrics.countLiveDeliveries(4)
  t.equal(await figure(one, 'basvideo_live_deliveries_total'), 4)
  other.state.isCut = true
  t.equal(await figure(one, 'basvideo_live_deliveries_total'), 4)
  await t.rejects(other.shared.renderMetrics(), { code: 'overloaded' })
})

t.test('a payment that the primary cannot count is refused', async (t) => {
  const { one } = startOfTwo(t)
  const broken = { ...payer, ip: null as unknown as string }
  await t.rejects(one.shared.declineBrake.begin(broken, 'pay_1'), { code: 'overloaded' })
})
