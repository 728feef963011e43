import t from 'tap'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import { eventFrame } from '#adapters/http/live/frame.js'
import { Topic } from '#adapters/http/live/topic.js'

t.test('frames reach more readers than one turn takes, each once and in order, also those who join meanwhile', async (t) => {
  const got = new Map<number, string[]>()
  const reader = (id: number): LiveConnection => ({ write: ({ text }: { text: Buffer }) => { got.set(id, [...got.get(id) ?? [], text.toString()]) } }) as unknown as LiveConnection
  const topic = new Topic()
  const readers = Array.from({ length: 600 }, (_, id) => reader(id))
  for (const one of readers) topic.join(one, 0)
  const frames = [1, 2, 3].map((n) => eventFrame('entries', { n }))
  for (const [index, frame] of frames.entries()) topic.deliver(index + 1, frame)
  topic.join(reader(600), 2)
  topic.leave(readers[599] as LiveConnection)
  while ((got.get(598)?.length ?? 0) < 3) await new Promise(setImmediate)
  const all = frames.map(({ text }) => text.toString())
  for (let id = 0; id < 599; id++) if (JSON.stringify(got.get(id)) !== JSON.stringify(all)) t.fail(`reader ${id}`)
  t.same(got.get(600), all.slice(2))
})

t.test('what is worth nothing later goes to all readers in slices, and is not kept', async (t) => {
  const got: number[] = []
  const topic = new Topic()
  for (let id = 0; id < 600; id++) topic.join({ writeIdle: () => { got.push(id) } } as unknown as LiveConnection, 0)
  topic.tell(eventFrame('viewers', {}))
  t.equal(got.length, 256)
  while (got.length < 600) await new Promise(setImmediate)
  t.same(got, Array.from({ length: 600 }, (_, id) => id))
})
