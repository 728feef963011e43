/** A server of the writer that `WRITER` names: it sends what is posted to everyone who reads `/`, and has no other duty. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import sse from '@fastify/sse'
import { createChannel, createSession } from 'better-sse'
import fastify from 'fastify'
import { WebSocketServer } from 'ws'

const PORT = Number(process.env['PORT'])
const HEAD = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
type Broadcast = (text: string) => void

const WRITERS: Readonly<Record<string, () => Promise<void>>> = {
  resWrite: async () => {
    const readers = new Set<ServerResponse>()
    listen((_request, response) => {
      response.writeHead(200, HEAD).flushHeaders()
      readers.add(response)
    }, (text) => {
      const event = Buffer.from(`event: entries\ndata: ${JSON.stringify({ text })}\n\n`)
      for (const response of readers) response.write(event)
    })
  },
  betterSse: async () => {
    const channel = createChannel()
    listen((request, response) => { createSession(request, response).then((session) => { channel.register(session) }, report) }, (text) => { channel.broadcast({ text }, 'entries') })
  },
  ws: async () => {
    const readers = new WebSocketServer({ noServer: true, perMessageDeflate: false })
    const server = listen((_request, response) => { response.end() }, (text) => {
      const data = JSON.stringify({ event: 'entries', text })
      for (const client of readers.clients) client.send(data)
    })
    server.on('upgrade', (request, socket, head) => { readers.handleUpgrade(request, socket, head, () => {}) })
  },
  fastifySse: async () => {
    const app = fastify()
    await app.register(sse.default)
    const readers = new Set<(text: string) => void>()
    app.get('/', { sse: true }, async (_request, reply) => {
      reply.sse.keepAlive()
      readers.add((text) => { reply.sse.send({ event: 'entries', data: { text } }).catch(report) })
      // It sends no head before its first event.
      await reply.sse.send({ event: 'hello', data: {} })
    })
    app.addContentTypeParser('text/plain', { parseAs: 'string' }, async (_request: unknown, body: string) => body)
    app.post('/say', async (request) => {
      for (const send of readers) send(String(request.body))
      return ''
    })
    app.get('/api/health/live', async () => '')
    await app.listen({ port: PORT, host: '127.0.0.1' })
  },
}

function listen (stream: RequestListener, broadcast: Broadcast) {
  const server = createServer((request, response) => {
    if (request.url === '/') stream(request, response)
    else answer(request, response, broadcast).catch(report)
  })
  return server.listen(PORT, '127.0.0.1')
}

async function answer (request: IncomingMessage, response: ServerResponse, broadcast: Broadcast): Promise<void> {
  if (request.method === 'POST') broadcast(String(await buffer(request)))
  response.end()
}

function report (error: unknown): void {
  process.stderr.write(`${String(error)}\n`)
}

await WRITERS[String(process.env['WRITER'])]?.()
