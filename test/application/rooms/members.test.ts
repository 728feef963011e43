import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import type { Appended } from '#application/ports/room-stores.js'
import { DomainError } from '#domain/errors.js'
import { operator, owner, roomNodes } from '../../support/room-nodes.js'

t.test('an act counts as done already only against a state that was read since the request', async (t) => {
  const { first, node, roomId } = await roomNodes()
  const second = node()
  await second.openRoom(roomId)
  await first.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'ban', isOn: true, minutes: null, reason: null })
  await first.setModerator({ caller: owner, roomId, userId: 'ceren', isModerator: true })
  await second.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'ban', isOn: false, minutes: null, reason: null })
  const third = node()
  await third.openRoom(roomId)
  await first.setModerator({ caller: owner, roomId, userId: 'ceren', isModerator: false })
  await third.setModerator({ caller: owner, roomId, userId: 'ceren', isModerator: true })
  await t.resolves(first.send(roomId, 'ayse', 'Serbest'))
  t.match(await first.getStanding({ caller: { userId: 'ceren', admin: false }, userId: 'ceren', roomId }), { role: 'moderator' })
})

t.test('no one is refused for a ban that was not stored', async (t) => {
  const stores = memoryStores()
  let isAway = false
  const feeds = withMethods(stores.feeds, {
    append: async (...args): Promise<Appended> => {
      if (isAway) throw new DomainError('store_unavailable', 'no answer')
      return await stores.feeds.append(...args)
    },
  })
  const { node, roomId } = await roomNodes(stores)
  const one = node({ feeds })
  await one.openRoom(roomId)
  isAway = true
  const first = one.send(roomId, 'bora', 'Bir')
  const ban = one.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'ban', isOn: true, minutes: null, reason: null })
  const second = one.send(roomId, 'ayse', 'İki')
  for (const settled of await Promise.allSettled([first, ban, second])) t.match(settled, { status: 'rejected', reason: { code: 'store_unavailable' } })
  isAway = false
  await t.resolves(one.send(roomId, 'ayse', 'İki'))
})
