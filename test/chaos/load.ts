import { once } from 'node:events'
import { request, type Agent, type IncomingMessage, type RequestOptions } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { as } from '../support/service.js'

const TICK_MS = 5

/** Messages at a steady rate until told to stop, over connections that are kept alive. */
export class Load {
  answered = 0
  dropped = 0
  #stopped = false
  readonly #open = new Set<Promise<void>>()
  readonly #running: Promise<void>

  constructor (port: number, agent: Agent, ratePerS: number) {
    this.#running = this.#run(port, agent, ratePerS)
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await this.#running
    await Promise.all(this.#open)
  }

  async #run (port: number, agent: Agent, ratePerS: number): Promise<void> {
    const start = performance.now()
    for (let sent = 0; !this.#stopped; await setTimeout(TICK_MS)) {
      for (const due = (performance.now() - start) * ratePerS / 1000; sent < due; sent++) {
        const one: Promise<void> = this.#write(port, agent, sent).finally(() => { this.#open.delete(one) })
        this.#open.add(one)
      }
    }
  }

  /** Who finds the door closed goes to another node; whose request was taken in has to be answered. */
  async #write (port: number, agent: Agent, number: number): Promise<void> {
    const body = { receiverId: 'mehmet', message: 'merhaba', clientMessageId: `m-${number}` }
    try {
      const answer = await send({ port, agent, method: 'POST', path: '/api/messages', headers: as(`ayse${number % 50}`) }, body)
      await once(answer.resume(), 'end')
      this.answered++
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') this.dropped++
    }
  }
}

/** One request to this machine; resolves with the answer's head. */
export async function send (options: RequestOptions, body?: unknown): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body)
  const json = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  const sent = request({ host: '127.0.0.1', ...options, headers: { ...options.headers as Record<string, string>, ...(body === undefined ? {} : json) } })
  sent.end(text)
  const [answer] = await once(sent, 'response') as [IncomingMessage]
  return answer
}
