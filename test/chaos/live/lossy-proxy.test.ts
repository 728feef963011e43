import { Redis } from 'ioredis'
import t from 'tap'
import { startRedis } from '../../support/redis.js'
import { lossyProxy, replyEnd } from './lossy-proxy.js'

const server = await startRedis()
t.teardown(server.stop)

t.test('a reply of Redis ends where it ends, in whatever pieces it comes', async (t) => {
  for (const reply of ['+OK\r\n', ':3\r\n', '$-1\r\n', '$5\r\na\r\nbc\r\n', '*0\r\n', '*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\nğüş\r\n'.replace('$4', '$6'), '*2\r\n*1\r\n:1\r\n+a\r\n']) {
    const bytes = Buffer.from(`${reply}+next`)
    t.equal(replyEnd(bytes, 0), Buffer.byteLength(reply), JSON.stringify(reply))
    for (let length = 0; length < Buffer.byteLength(reply); length++) if (replyEnd(bytes.subarray(0, length), 0) !== null) t.fail(`${JSON.stringify(reply)} in ${length} bytes`)
  }
})

t.test('messages are lost as it is told, and answers never are', async (t) => {
  const proxy = await lossyProxy(server.url)
  const [sender, listener] = [new Redis(proxy.url, { protocol: 2 }), new Redis(proxy.url, { protocol: 2 })]
  t.teardown(() => {
    for (const client of [sender, listener]) client.disconnect()
    proxy.close()
  })
  await listener.subscribe('topic')
  const heard: string[] = []
  const last = Promise.withResolvers<null>()
  listener.on('message', (_channel, text: string) => {
    heard.push(text)
    if (text === 'last') last.resolve(null)
  })
  proxy.lose(1)
  for (let number = 0; number < 5; number++) t.equal(await sender.publish('topic', `lost ${number}`), 1)
  while (proxy.counts.lost < 5) await new Promise(setImmediate)
  proxy.lose(0)
  await sender.publish('topic', 'last')
  await last.promise
  t.same([heard, proxy.counts], [['last'], { lost: 5, passed: 1 }])
})
