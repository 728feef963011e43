import t from 'tap'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import { eventFrame, type Frame } from '#adapters/http/live/frame.js'
import { Topic } from '#adapters/http/live/topic.js'

t.test('frames reach more readers than one turn takes, each once and in order, also those who join meanwhile', async (t) => {
  const got = new Map<number, string>()
  const reader = (id: number): LiveConnection => ({ write: ({ text }: { text: Buffer }) => { got.set(id, (got.get(id) ?? '') + text.toString()) } }) as unknown as LiveConnection
  const topic = new Topic()
  const readers = Array.from({ length: 600 }, (_, id) => reader(id))
  for (const one of readers) topic.join(one, 0)
  const frames = [1, 2, 3].map((n) => eventFrame('entries', { n }))
  for (const [index, frame] of frames.entries()) topic.deliver(index + 1, frame)
  topic.join(reader(600), 2)
  topic.join(reader(601), 3)
  topic.leave(readers[599] as LiveConnection)
  const all = frames.map(({ text }) => text.toString())
  const length = all.join('').length
  while ((got.get(598)?.length ?? 0) < length) await new Promise(setImmediate)
  for (let id = 0; id < 599; id++) if (got.get(id) !== all.join('')) t.fail(`reader ${id}`)
  t.same([got.get(600), got.get(601)], [all[2], undefined])
})

t.test('frames that come while others go out reach a reader in one write, up to 32 KiB of them', async (t) => {
  const writes: Array<{ readonly text: string, readonly count: number }> = []
  const reader = (): LiveConnection => ({ write: ({ text, chunk, count }: Frame) => { if (chunk.includes(text.subarray(0, 20))) writes.push({ text: text.toString(), count }) } }) as unknown as LiveConnection
  const topic = new Topic()
  for (let id = 0; id < 65; id++) topic.join(reader(), 0)
  const short = [1, 2, 3].map((n) => eventFrame('entries', { n }))
  const long = [4, 5, 6].map((n) => eventFrame('entries', { n, text: 'x'.repeat(15_000) }))
  const longest = eventFrame('entries', { n: 7, text: 'x'.repeat(40_000) })
  for (const [index, frame] of [...short, ...long, longest].entries()) topic.deliver(index + 1, frame)
  while (writes.length < 4 * 65) await new Promise(setImmediate)
  t.same(writes.slice(0, 65).map(({ count }) => count), Array.from({ length: 65 }, () => 1), 'the first goes out at once')
  t.same([65, 130, 195].map((index) => writes[index]?.count), [4, 1, 1])
  t.equal(writes.filter((_, index) => index % 65 === 0).map(({ text }) => text).join(''), [...short, ...long, longest].map(({ text }) => text.toString()).join(''))
})

t.test('what is worth nothing later goes to all readers in slices, and is not kept', async (t) => {
  const got: number[] = []
  const topic = new Topic()
  for (let id = 0; id < 600; id++) topic.join({ writeIdle: () => { got.push(id) } } as unknown as LiveConnection, 0)
  topic.tell(eventFrame('viewers', {}))
  t.equal(got.length, 64)
  while (got.length < 600) await new Promise(setImmediate)
  t.same(got, Array.from({ length: 600 }, (_, id) => id))
})
