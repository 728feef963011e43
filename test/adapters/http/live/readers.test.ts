// @own-process
import { spawn } from 'node:child_process'
import t from 'tap'
import { openStream } from '../../../support/live.js'
import { moderator, viewer, withRoom } from '../../../support/rooms.js'
import { as, startService } from '../../../support/service.js'

/** What a program prints until it has printed this. */
async function printed (command: string, args: readonly string[], until: RegExp, onText: (text: string) => void = () => {}): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    onText(text)
    if (until.test(text)) child.kill()
  })
  await new Promise((resolve) => { child.once('close', resolve) })
  return text
}

t.test('curl and the EventSource of Node read a room', async (t) => {
  const service = await withRoom(await startService(t, { listen: true }))
  const { url, roomId, say } = service
  const address = `${url()}/api/rooms/${roomId}/events`
  let hasSpoken = false
  const speak = (text: string): void => {
    if (hasSpoken || !text.includes('event: hello')) return
    hasSpoken = true
    say(viewer, 'merhaba').catch((error: unknown) => { t.error(error) })
  }
  t.match(await printed('curl', ['-sN', address], /merhaba/, speak), /event: entries\ndata: {"roomId":"[^\n]+"text":"merhaba"/)
  const script = `
    const source = new EventSource(${JSON.stringify(`${address}?rewind=1`)})
    source.addEventListener('hello', ({ lastEventId }) => { console.log('hello', lastEventId) })
    source.addEventListener('entries', ({ data, lastEventId }) => { for (const { text } of JSON.parse(data).entries) console.log('entry', lastEventId, text) })
    source.addEventListener('reconnect', ({ data }) => { console.log('reconnect', data) })`
  let step = 0
  const text = await printed(process.execPath, ['--experimental-eventsource', '-e', script], /dört/, (sofar) => {
    const steps: Array<readonly [RegExp, () => Promise<unknown>]> = [
      [/entry \d+ merhaba/, async () => await say(viewer, 'iki')],
      [/iki/, async () => await say(moderator, 'üç')],
      [/üç/, async () => await say(moderator, 'dört')],
    ]
    const [when, what] = steps[step] ?? [/$^/, async () => {}]
    if (!when.test(sofar)) return
    step++
    what().catch((error: unknown) => { t.error(error) })
  })
  t.same(text.match(/(?<=entry \d+ )\S+/g), ['merhaba', 'iki', 'üç', 'dört'], 'each once, none is missing')
  const ids = text.match(/(?<=entry )\d+/g)?.map(Number) ?? []
  t.same(ids, ids.toSorted((one, other) => one - other))
})

t.test('a stop says goodbye to readers, refuses new ones, and ends', async (t) => {
  const { url, close, roomId, app, logs } = await withRoom(await startService(t, { listen: true }))
  const address = `${url()}/api/rooms/${roomId}/events`
  const [guest, person, own] = [await openStream(address), await openStream(address, viewer), await openStream(`${url()}/api/events`, as('ada'))]
  for (const { next } of [guest, person, own]) await next('hello')
  const closed = close()
  t.equal((await app.inject('/api/health/ready')).statusCode, 503)
  for (const stream of [guest, person, own]) {
    t.match((await stream.next('reconnect')).data, { reason: 'shutdown', afterMs: Number })
    await stream.ended
  }
  await closed
  const lines = logs.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ route }) => String(route).endsWith('/events'))
  t.same(lines.map(({ route, status, userId }) => [route, status, userId]), [['/api/rooms/:roomId/events', 200, null], ['/api/rooms/:roomId/events', 200, 'bora'], ['/api/events', 200, 'ada']], 'one line a stream, at its end')
})
