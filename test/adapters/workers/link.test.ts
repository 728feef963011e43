import t from 'tap'
import { makeLink } from '#adapters/workers/link.js'
import { channelEnds } from '../../support/channel-ends.js'

interface Services {
  readonly add: (a: number, b: number) => Promise<number>
  readonly fail: () => number
  readonly note: (word: string) => void
}

function world () {
  const { state, one, other } = channelEnds()
  const noted: string[] = []
  const services: Services = {
    add: async (a, b) => a + b,
    fail: () => { throw new Error('broken') },
    note: (word) => { noted.push(word) },
  }
  makeLink(other, services)
  return { state, noted, link: makeLink<Services>(one, {}) }
}

t.test('an end asks the other, and what both say in one turn is one message of each', async (t) => {
  const { link, noted, state } = world()
  link.tell('note', 'a')
  link.tell('note', 'b')
  t.same(await Promise.all([link.ask('add', [1, 2]), link.ask('add', [3, 4], 10_000)]), [3, 7])
  t.same(noted, ['a', 'b'])
  t.equal(state.messages, 2)
})

t.test('no answer is null: after a failure, of a service that the other end lacks, and after the time', async (t) => {
  const { link, state } = world()
  t.equal(await link.ask('fail', []), null)
  t.equal(await (link as unknown as ReturnType<typeof makeLink<{ other: () => number }>>).ask('other', []), null)
  link.tell('fail')
  state.isCut = true
  t.equal(await link.ask('add', [1, 2], 1), null)
})

t.test('an answer that comes too late is dropped', async (t) => {
  const { one, other } = channelEnds()
  let answer = (_value: number): void => {}
  makeLink(other, { slow: async () => await new Promise<number>((resolve) => { answer = resolve }) })
  const link = makeLink<{ readonly slow: () => Promise<number> }>(one, {})
  t.equal(await link.ask('slow', [], 1), null)
  answer(7)
  t.equal(await link.ask('slow', [], 1), null)
})
