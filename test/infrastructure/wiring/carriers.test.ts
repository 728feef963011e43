import { mock } from 'node:test'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import t from 'tap'
import { CARRIER_PACE } from '#adapters/exchange/pace.js'
import type { FindAnswer } from '#application/ports/shipping-carrier.js'
import { CARRIER_NAMES, loadCarrier } from '#infrastructure/config/carriers.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { makeCarriers, withPace } from '#infrastructure/wiring/carriers.js'
import { START } from '../../support/builders.js'
import { aShipment, aShipmentRequest } from '../../support/carriers/builders.js'
import { lost, ScriptedCarrier } from '../../support/scripted-carrier.js'

t.beforeEach(() => { mock.timers.enable({ apis: ['setTimeout', 'Date'] }) })
t.afterEach(() => { mock.timers.reset() })

/** A carrier whose looks end when the test says so. */
class WaitingCarrier extends ScriptedCarrier {
  begun = 0
  readonly ends: Array<() => void> = []

  override async find (): Promise<FindAnswer> {
    this.begun++
    return await new Promise((resolve) => { this.ends.push(() => { resolve({ kind: 'not_found' }) }) })
  }
}

async function pass (milliseconds: number): Promise<void> {
  await turnOfTheLoop()
  mock.timers.tick(milliseconds)
  await turnOfTheLoop()
}

t.test('at most two calls of a carrier are under way, and the next begins when one ends', async (t) => {
  const carrier = new WaitingCarrier()
  const { find } = withPace(carrier, CARRIER_PACE)
  const looks = Array.from({ length: 3 }, async () => await find(aShipment(), START))
  await pass(5_000)
  t.equal(carrier.begun, 2)
  carrier.ends[0]?.()
  await pass(200)
  t.equal(carrier.begun, 3)
  for (const end of carrier.ends) end()
  for (const look of looks) t.same(await look, { kind: 'not_found' })
})

t.test('five calls begin in a second', async (t) => {
  const carrier = new WaitingCarrier()
  const { find } = withPace(carrier, { atOnce: 100, perSecond: 5 })
  const looks = Array.from({ length: 12 }, async () => await find(aShipment(), START))
  await pass(0)
  t.equal(carrier.begun, 1)
  for (let wait = 0; wait < 5; wait++) await pass(200)
  t.equal(carrier.begun, 6, 'one at the beginning, five in the second after it')
  for (let wait = 0; wait < 6; wait++) await pass(200)
  for (const end of carrier.ends) end()
  t.equal((await Promise.all(looks)).length, 12)
})

t.test('a call that waits for ten seconds is not made, and its outcome counts as unknown', async (t) => {
  const carrier = new WaitingCarrier()
  const { find } = withPace(carrier, { atOnce: 1, perSecond: 5 })
  const first = find(aShipment(), START)
  const second = find(aShipment(), START)
  await pass(10_000)
  t.match(await second, { kind: 'unknown', reason: /wait/ })
  carrier.ends[0]?.()
  t.same(await first, { kind: 'not_found' })
  await pass(1_000)
  t.equal(carrier.begun, 1)
})

t.test('a call that fails gives its turn back, and every call of a carrier waits for its turn', async (t) => {
  const carrier = new ScriptedCarrier().will({ quote: [lost], create: [lost], label: [lost], track: [lost], cancel: [lost] })
  const paced = withPace(Object.assign(carrier, { find: async () => { throw new Error('broken') } }), { atOnce: 1, perSecond: 1_000_000 })
  await t.rejects(paced.find(aShipment(), START), { message: 'broken' })
  const answers = Promise.all([paced.quote(aShipmentRequest()), paced.create(aShipmentRequest(), null), paced.label(aShipment(), 'pdf'), paced.track(aShipment()), paced.cancel(aShipment())])
  for (let wait = 0; wait < 10; wait++) await pass(1)
  t.same(await answers, Array.from({ length: 5 }, () => lost))
})

t.test('the wiring has a carrier asked at its pace, and one without a pace at once', async (t) => {
  const [slow, quick] = [new WaitingCarrier(), new WaitingCarrier()]
  const [paced, other] = makeCarriers([{ carrier: slow, pace: CARRIER_PACE }, { carrier: quick }], makeMetrics(), { error: () => {} })
  for (let look = 0; look < 3; look++) for (const carrier of [paced, other]) carrier?.find(aShipment(), START).catch(t.fail)
  await pass(5_000)
  t.same([slow.begun, quick.begun], [2, 3])
  for (const end of [...slow.ends, ...quick.ends]) end()
  await pass(200)
  for (const end of slow.ends) end()
})

t.test('every carrier that is asked over the network has a pace', async (t) => {
  const settings = { secrets: [`whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`], webhookSecrets: ['a secret'], webhookTokens: ['a secret'], token: 'a token', apiKey: 'a key', baseUrl: 'http://127.0.0.1:9' }
  for (const name of CARRIER_NAMES) {
    const make = await loadCarrier({ name, settings })
    const { pace, close } = make({ logger: { warn: () => {} }, clock: () => START, identity: {} as never, publicUrl: () => '', localUrl: () => '' })
    t.same(pace, ['manual', 'simulator'].includes(name) ? undefined : CARRIER_PACE, name)
    await close?.()
  }
})
