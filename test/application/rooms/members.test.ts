import t from 'tap'
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
