import type { Test } from 'tap'
import type { Bus } from '#application/ports/bus.js'

/** What every bus keeps. It may lose messages; a bus within one process does not. */
export function busContract (t: Test, makeBus: () => Bus): void {
  t.test('messages of a topic reach those who listen to it, until they do no more', async (t) => {
    const bus = makeBus()
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
}
