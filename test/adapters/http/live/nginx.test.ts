// @own-process
import t, { type Test } from 'tap'
import { openStream } from '../../../support/live.js'
import { NGINX, startNginx } from '../../../support/nginx.js'
import { moderator, viewer, withRoom } from '../../../support/rooms.js'
import { startService } from '../../../support/service.js'

async function throughNginx (t: Test, program: string): Promise<void> {
  const { url, roomId, say, close } = await withRoom(await startService(t, { listen: true }))
  const front = await startNginx(t, program, url())
  const stream = await openStream(`${front}/api/rooms/${roomId}/events`, { ...viewer, 'accept-encoding': 'gzip' })
  t.match(stream.headers, { server: /^nginx/, 'content-type': /^text\/event-stream/, 'cache-control': 'no-store, no-transform', 'content-encoding': undefined })
  await stream.next('hello')
  await stream.next('viewers')
  for (const text of ['bir', 'iki']) {
    await say(moderator, text)
    // A page may hold nothing that is shown.
    let shown = ''
    while (shown === '') shown = (await stream.next('entries').then(({ data }) => data['entries'] as ReadonlyArray<{ readonly text: string }>)).map((entry) => entry.text).join()
    t.equal(shown, text, 'it comes before there is another')
  }
  const late = await openStream(`${front}/api/rooms/${roomId}/events`, { ...viewer, 'last-event-id': '1' })
  await late.next('entries')
  const closed = close()
  for (const one of [stream, late]) {
    t.match((await one.next('reconnect')).data, { reason: 'shutdown' })
    await one.ended
    t.ok(one.response.complete)
  }
  await closed
}

t.test('nginx with the settings of Debian passes each event on at once, and the farewell', async (t) => {
  if (NGINX === null) t.pass('nginx: not run (install nginx, such as Debian\'s nginx-light)')
  else await throughNginx(t, NGINX)
})
