import t from 'tap'
import { busContract } from '../../contracts/bus.contract.js'
import { startOfTwo } from '../../support/workers.js'

busContract(t, async (t) => {
  const { one, other } = startOfTwo(t)
  return [one.bus, other.bus]
})

t.test('a worker hears its own messages once, and counts what it sends and receives', async (t) => {
  const { one, other } = startOfTwo(t)
  const heard: string[] = []
  one.bus.subscribe('a', (message) => { heard.push(message) })
  const arrived = new Promise<string>((resolve) => { other.bus.subscribe('a', resolve) })
  one.bus.publish('a', '1')
  t.equal(await arrived, '1')
  other.bus.publish('a', '2')
  const back = new Promise<string>((resolve) => { one.bus.subscribe('a', resolve) })
  t.equal(await back, '2')
  t.same(heard, ['1', '2'])
  t.match((await one.metrics.render()).body, /bus_messages_total\{result="sent"\} 1\n[^]*\{result="received"\} 1\n/)
})
