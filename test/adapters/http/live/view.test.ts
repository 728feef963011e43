import t from 'tap'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import { channelLiveView } from '#adapters/http/live/view.js'
import { at } from '../../../contracts/fixtures.js'

t.test('readers of a channel hear of a deleted message by its place, and nothing of an entry that another version has written', async (t) => {
  const deleted: ChannelEntry = { type: 'message.deleted', at: at(1), messageId: 'msg_1', position: { page: 3, index: 2 }, by: 'ayse' }
  const page = channelLiveView.page({ feedId: 'channel#chn_1', page: 7, entries: [{ type: 'poll', at: at(0) } as unknown as ChannelEntry, deleted], writer: 'wrt_1', writtenAt: at(1) })
  t.same(page, { channelId: 'chn_1', page: 7, entries: [{ kind: 'deleted', messageId: 'msg_1', position: '3.2', createdAt: at(1) }] })
})
