import t from 'tap'
import { FeedTails } from '#application/live/feed-tails.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { at } from '../../contracts/fixtures.js'
import { unreliableBus } from '../../support/unreliable-bus.js'

const FEED = 'room#room_1'

t.test('whatever a bus loses, doubles and mixes up, the readers of two processes get each page once and in order', async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { feeds } = memoryStores()
    const time = { ms: 0 }
    const bells = unreliableBus(seed)
    const heard = await Promise.all([0, 1].map(async () => {
      const tails = new FeedTails({ feeds, bus: makeLocalBus(), bells, wake: () => {}, nowMs: () => time.ms })
      const tail = await tails.open(FEED)
      const pages: number[] = []
      tail.listen(({ page }) => { pages.push(page) })
      return { tails, pages }
    }))
    for (let page = 1; page <= 30; page++) {
      await feeds.append({ feedId: FEED, page, entries: [], writer: `wrt_${page}`, writtenAt: at(page) })
      bells.publish(FEED, String(page))
      time.ms += 60
      for (const { tails } of heard) await tails.look()
    }
    time.ms += 2000
    for (const { tails, pages } of heard) {
      await tails.look()
      t.same(pages, Array.from({ length: 30 }, (_, index) => index + 1), `seed ${seed}`)
    }
  }
})
