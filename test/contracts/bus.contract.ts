import type { Test } from 'tap'
import type { Bus } from '#application/ports/bus.js'

/** Two ends of one bus, which is there: in one process they may be the same. */
export type MakeEnds = (t: Test) => Promise<readonly [Bus, Bus]>

/** What every bus keeps while it is there. It may lose, double and mix up messages; the suite asks for none of that. */
export function busContract (t: Test, makeEnds: MakeEnds): void {
  t.test('messages of a topic reach those who listen to it in the same process at once, until they do no more', async (t) => {
    const [bus] = await makeEnds(t)
    const heard: string[] = []
    const leave = bus.subscribe('a', (message) => { heard.push(`one ${message}`) })
    const leaveToo = bus.subscribe('a', (message) => { heard.push(`two ${message}`) })
    bus.subscribe('b', (message) => { heard.push(`other ${message}`) })
    bus.publish('a', '1')
    leave()
    bus.publish('a', '2')
    leaveToo()
    leaveToo()
    bus.publish('a', '3')
    bus.publish('c', '4')
    t.same(heard, ['one 1', 'two 1', 'two 2'])
  })

  t.test('messages reach those who listen at another end, as they were, and those of other topics do not', async (t) => {
    const [one, other] = await makeEnds(t)
    const heard: string[] = []
    const last = Promise.withResolvers<null>()
    other.subscribe('room#1', (message) => {
      heard.push(message)
      if (message === 'end') last.resolve(null)
    })
    const messages = ['', '7', '{"text":"ağaç\\n🌳"}', 'a\r\nb', 'x'.repeat(10_000), 'end']
    one.publish('room#2', '8')
    for (const message of messages) one.publish('room#1', message)
    await last.promise
    t.same(heard, messages)
  })
}
