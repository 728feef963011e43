import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** A request as it came over the socket. */
export interface ProviderRequest {
  readonly method: string
  /** With the query string. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface ProviderReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is; anything but a text is sent as JSON. */
  readonly body: unknown
}

/** What a provider does instead of answering as documented. The `…_after` ones carry the request out first; `none` lets one request pass. */
export type Misbehaviour =
  | 'none'
  | 'silent' | 'silent_after'
  | 'reset' | 'reset_after'
  | 'error_500' | 'error_500_after'
  | 'conflict_409' | 'too_many_429'
  | 'html' | 'html_after' | 'truncated_json' | 'huge' | 'redirect'

export interface ProviderServer {
  readonly url: string
  readonly requests: readonly ProviderRequest[]
  /** The next requests, in turn, meet these; those after them are answered as documented. */
  readonly willMisbehave: (...misbehaviours: readonly Misbehaviour[]) => void
}

const HUGE_BYTES = 2 * 1024 * 1024
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>'

/** A test, or whatever else ends. */
export type Lasting = Pick<Test, 'teardown'>

/** A stand-in for a provider on a real socket, closed when the test ends: it answers by `answer`, and misbehaves when told to. */
export async function startProviderServer (t: Lasting, answer: (request: ProviderRequest) => ProviderReply | Promise<ProviderReply>): Promise<ProviderServer> {
  const requests: ProviderRequest[] = []
  const planned: Misbehaviour[] = []
  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => { response.destroy(error as Error) })
  })

  async function serve (message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = { method: String(message.method), path: String(message.url), headers: message.headers, body: await bodyOf(message) }
    requests.push(request)
    const misbehaviour = planned.shift()
    if (misbehaviour === undefined || misbehaviour === 'none') reply(response, await answer(request))
    else await misbehave(misbehaviour, message, response, async () => await answer(request))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    willMisbehave: (...misbehaviours) => { planned.push(...misbehaviours) },
  }
}

async function bodyOf (message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function misbehave (how: Exclude<Misbehaviour, 'none'>, message: IncomingMessage, response: ServerResponse, carryOut: () => Promise<unknown>): Promise<void> {
  if (how.endsWith('_after')) await carryOut()
  switch (how) {
    // The caller has to give up by himself; the socket is closed when the test ends.
    case 'silent': case 'silent_after': break
    case 'reset': case 'reset_after': message.socket.resetAndDestroy(); break
    case 'error_500': case 'error_500_after': reply(response, { status: 500, body: {} }); break
    case 'conflict_409': reply(response, { status: 409, body: {} }); break
    case 'too_many_429': reply(response, { status: 429, headers: { 'retry-after': '1' }, body: {} }); break
    case 'html': case 'html_after': reply(response, { status: 200, headers: { 'content-type': 'text/html' }, body: HTML }); break
    case 'truncated_json': reply(response, { body: '{"status":"succ' }); break
    case 'huge': reply(response, { body: `{"padding":"${'x'.repeat(HUGE_BYTES)}"}` }); break
    case 'redirect': reply(response, { status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: '' }); break
  }
}

function reply (response: ServerResponse, { status = 200, headers = {}, body }: ProviderReply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
}
