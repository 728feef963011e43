import t from 'tap'
import { newConversation } from '#domain/messages/conversation.js'
import { claimedBy, isUnanswered, toldOf } from '#domain/messages/told.js'

const side = { ...newConversation('ada', 'bora'), unread: 2, lastKey: '2#m', lastReceivedKey: '2#m' }
const told = { by: 'ntf_1', at: '2', key: '2#m' }

t.test('there is something to tell of unread messages that were not answered', (t) => {
  t.ok(isUnanswered(side))
  for (const other of [{ unread: 0 }, { blocked: true }, { lastKey: '3#m' }]) t.notOk(isUnanswered({ ...side, ...other }))
  t.end()
})

t.test('one notification tells of what is unread, until a message of it is read', (t) => {
  t.same(claimedBy(side, 'ntf_1', '2'), told)
  const claimed = { ...side, told }
  t.equal(claimedBy(claimed, 'ntf_2', '3'), null)
  t.same(claimedBy(claimed, 'ntf_1', '3'), { ...told, at: '3' }, 'the same one may tell again')
  t.same(toldOf(claimed), told)
  const later = { ...claimed, lastKey: '3#m', lastReceivedKey: '3#m' }
  t.equal(claimedBy(later, 'ntf_2', '3'), null, 'another message changes nothing')
  t.same(claimedBy({ ...later, readKey: '1#m' }, 'ntf_2', '3'), null, 'what was read before')
  t.same(claimedBy({ ...later, readKey: '2#m' }, 'ntf_2', '3'), { by: 'ntf_2', at: '3', key: '3#m' })
  t.equal(toldOf({ ...later, readKey: '2#m' }), null)
  t.equal(claimedBy(newConversation('ada', 'bora'), 'ntf_1', '2'), null, 'nothing was received')
  t.end()
})
