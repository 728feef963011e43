import t from 'tap'
import { FeedTails } from '#application/live/feed-tails.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { at } from '../../contracts/fixtures.js'

const FEED = 'room#room_1'

t.test('a feed stays open for one who waits for it, however slow the store is', async (t) => {
  const { feeds } = memoryStores()
  const time = { ms: 0 }
  const slow = Promise.withResolvers<null>()
  let reads = 0
  const ports = {
    feeds: {
      readBack: feeds.readBack.bind(feeds),
      read: async (...args: Parameters<typeof feeds.read>) => {
        if (reads++ === 0) await slow.promise
        return await feeds.read(...args)
      },
    },
    bus: makeLocalBus(),
    bells: makeLocalBus(),
    wake: () => {},
    nowMs: () => time.ms,
  }
  const tails = new FeedTails(ports)
  await tails.open(FEED)
  time.ms += 59_000
  const opening = tails.open(FEED)
  time.ms += 61_000
  await tails.look()
  slow.resolve(null)
  const tail = await opening
  const heard: number[] = []
  tail.listen(({ page }) => { heard.push(page) })
  await feeds.append({ feedId: FEED, page: 1, entries: [], writer: 'wrt_1', writtenAt: at(1) })
  time.ms += 5000
  await tails.look()
  t.same(heard, [1])
})
