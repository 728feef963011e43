import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { startService, type TestService } from '../support/service.js'
import type { Lasting } from '../support/provider-server.js'
import { rawRequest, type RawRequest } from './raw-bytes.js'

/** Requests at the same time. */
const AT_ONCE = 128
const BATCH = 1000
const SILENCE_MS = 100

interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
}

export interface RawReport {
  readonly answers: number
  readonly violations: readonly string[]
}

/** Opens this many connections with bytes that are hardly HTTP, and checks the answers of a listening service. */
export async function fuzzRaw (t: Lasting, requests: number, seed: number): Promise<RawReport> {
  const service = await startService(t, { listen: true, env: { LOG_LEVEL: 'silent', RATE_LIMIT_MAX: '1000000000' } })
  const violations: string[] = []
  let answers = 0
  for (let from = 0; from < requests; from += BATCH) {
    const batch = fc.sample(rawRequest, { numRuns: Math.min(BATCH, requests - from), seed: seed + from }).values()
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const request of batch) {
        try {
          const count = await exchange(service, request)
          answers += count
        } catch (error) {
          violations.push(`${request.name}: ${(error as Error).message} for ${JSON.stringify(request.bytes).slice(0, 600)}`)
        }
      }
    }))
  }
  const { status } = await service.call('GET', '/api/health/live')
  return { answers, violations: status === 200 ? violations : [...violations, `afterwards the service answers ${status}`] }
}

/** The number of answers. @throws Error for an answer that breaks a rule */
async function exchange ({ url, contract }: TestService, { bytes, isBroken }: RawRequest): Promise<number> {
  const socket = connect(Number(new URL(url()).port), '127.0.0.1')
  socket.write(Buffer.from(bytes, 'latin1'))
  // The service waits for the rest of an incomplete request, which never comes.
  socket.setTimeout(SILENCE_MS, () => socket.end())
  const answers = answersIn(await buffer(socket).catch((error: unknown) => {
    if (['ECONNRESET', 'EPIPE'].includes(String((error as NodeJS.ErrnoException).code))) return Buffer.alloc(0)
    throw error
  }))
  for (const { status, headers, text } of answers) {
    if (status >= 500) throw new Error(`the service failed: ${text}`)
    if (isBroken && status < 400) throw new Error(`it was taken: ${status}`)
    if (status >= 400) contract.check('RAW', '/', { status, headers, text, body: JSON.parse(text) as unknown })
  }
  return answers.length
}

/** @throws Error for bytes that are not HTTP */
function answersIn (bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end === -1) throw new Error(`an answer without end: ${bytes.toString('latin1', at, at + 200)}`)
    const [line = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n')
    const headers = Object.fromEntries(lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]))
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
    const length = status === 100 ? 0 : Number(headers['content-length'])
    if (Number.isNaN(status + length)) throw new Error(`an answer without status or length: ${line}`)
    answers.push({ status, headers, text: bytes.toString('utf8', end + 4, end + 4 + length) })
    at = end + 4 + length
  }
  return answers
}
