import t, { type Test } from 'tap'
import { member, moderator, owner, stranger, withChannel, type ChannelService } from '../../../support/channels.js'
import { openStream, type OpenStream } from '../../../support/live.js'
import { startService, type Headers } from '../../../support/service.js'

async function liveChannel (t: Test): Promise<ChannelService & { readonly open: (headers: Headers) => Promise<OpenStream> }> {
  const service = await withChannel(await startService(t, { listen: true }))
  return { ...service, open: async (headers) => await openStream(`${service.url()}/api/channels/${service.channelId}/events`, headers) }
}

t.test('a channel is followed as it is read, until it is deleted', async (t) => {
  const { open, say, inChannel, channelId } = await liveChannel(t)
  const streams = [await open(member), await open(stranger)]
  for (const { next } of streams) await next('hello')
  await inChannel('PATCH', '', owner, { version: 1, name: 'Şapkalar' })
  const { messageId } = await say(member, 'merhaba')
  for (const { next } of streams) {
    t.match((await next('entries')).data, { channelId, entries: [{ kind: 'channel', name: 'Şapkalar' }] })
    t.match((await next('entries')).data, { channelId, entries: [{ kind: 'message', messageId, text: 'merhaba' }] })
  }
  await inChannel('DELETE', '', owner)
  for (const stream of streams) {
    await stream.ended
    t.match(stream.events.at(-1), { event: 'reconnect', data: { reason: 'removed' } })
  }
  t.match(await inChannel('GET', '/events', owner), { status: 404 })
})

t.test('who is banned or removed from a channel loses its stream, and the others do not', async (t) => {
  const { open, say, inChannel } = await liveChannel(t)
  const [banned, removed, other] = [await open(stranger), await open(member), await open(moderator)]
  for (const { next } of [banned, removed, other]) await next('hello')
  await inChannel('PUT', '/members/deniz', moderator, { role: 'member' })
  for (const { next } of [banned, removed, other]) t.match((await next('entries')).data, { entries: [{ kind: 'member', userId: 'deniz', role: 'member' }] })
  await inChannel('PUT', '/members/deniz', moderator, { role: 'banned' })
  await inChannel('DELETE', '/members/bora', moderator)
  for (const { next, ended } of [banned, removed]) {
    t.match((await next('reconnect')).data, { reason: 'removed' })
    await ended
  }
  t.match(await inChannel('GET', '/events', stranger), { status: 403, body: { code: 'banned' } })
  await say(moderator, 'devam')
  while (!JSON.stringify((await other.next('entries')).data).includes('devam'));
  t.notOk(other.events.some(({ event }) => event === 'reconnect'))
  other.close()
})
