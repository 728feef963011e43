import type { Clock } from '#application/ports/system.js'
import { exchange } from './http.js'
import { SIGNATURE_HEADER, signWebhook } from './standard-webhooks.js'

export type Delay = (milliseconds: number) => Promise<void>

/** Waits without keeping the process alive. */
export const delay: Delay = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds).unref() })

/** A webhook that no try has delivered. */
export interface Undelivered {
  readonly eventId: string
  readonly type: string
  /** 0 where too many others were waiting. */
  readonly tries: number
  readonly error: unknown
}

export interface DeliveryOptions {
  readonly key: Buffer
  /** Called at each try, because the port is known only once the service listens. */
  readonly webhookUrl: () => string
  readonly clock: Clock
  readonly delay: Delay
  /** Must not throw. */
  readonly onGivenUp: (undelivered: Undelivered) => void
  readonly triesMax: number
  /** Before the second try. It doubles before each further one. */
  readonly backoffMs: number
  readonly timeoutMs: number
  readonly inFlightMax: number
  /** In flight and waiting together. */
  readonly pendingMax: number
}

interface Event {
  readonly type: string
}

/** Settles once the webhook is delivered, given up or dropped; never rejects. `sent`: what goes out in place of what is signed. */
export type Send<E extends Event> = (eventId: string, event: E, sent?: E) => Promise<void>

interface Letter {
  readonly eventId: string
  readonly signed: string
  readonly sent: string
}

export interface Delivery<E extends Event> {
  readonly send: Send<E>
  /** Waits for webhooks in flight, each of which has a time-out, and drops those that wait. */
  close: () => Promise<void>
}

/** Sends signed webhooks over HTTP, and repeats those that are not answered with 2xx. */
export function makeDelivery<E extends Event> (options: DeliveryOptions): Delivery<E> {
  const { key, webhookUrl, clock, delay, onGivenUp, triesMax, backoffMs, timeoutMs, inFlightMax, pendingMax } = options
  const waiting: Array<() => void> = []
  let free = inFlightMax
  let pending = 0
  let closed = false

  return { send, close }

  async function send (eventId: string, event: E, sent = event): Promise<void> {
    if (closed) return
    if (pending >= pendingMax) {
      onGivenUp({ eventId, type: event.type, tries: 0, error: new Error(`more than ${pendingMax} webhooks are waiting`) })
      return
    }
    pending++
    await deliver(event.type, { eventId, signed: JSON.stringify(event), sent: JSON.stringify(sent) })
    pending--
  }

  async function deliver (type: string, letter: Letter): Promise<void> {
    let error: unknown
    for (let tries = 1; tries <= triesMax; tries++) {
      if (tries > 1) await delay(backoffMs * 2 ** (tries - 2))
      const failure = await tryOnce(letter)
      if (isClosed() || failure === null) return
      error = failure.error
    }
    onGivenUp({ eventId: letter.eventId, type, tries: triesMax, error })
  }

  async function tryOnce (letter: Letter): Promise<{ error: unknown } | null> {
    if (isClosed()) return null
    await slot()
    const failure = isClosed() ? null : await post(letter).catch((error: unknown) => ({ error }))
    endSlot()
    return failure
  }

  async function post ({ eventId, signed, sent }: Letter): Promise<{ error: unknown } | null> {
    const timestampS = Math.floor(Date.parse(clock()) / 1000)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(timestampS),
      [SIGNATURE_HEADER]: signWebhook(key, eventId, timestampS, signed),
    }
    const { status } = await exchange({ provider: 'the service', method: 'POST', url: new URL(webhookUrl()), headers, body: sent }, { connectMs: timeoutMs, totalMs: timeoutMs })
    return status >= 200 && status < 300 ? null : { error: new Error(`the webhook was answered with ${status}`) }
  }

  /** A function, because the value may change during every wait. */
  function isClosed (): boolean {
    return closed
  }

  async function slot (): Promise<void> {
    if (free > 0) free--
    else await new Promise<void>((resolve) => { waiting.push(resolve) })
  }

  function endSlot (): void {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }

  /** Takes every slot and keeps it: then nothing is in flight, and nothing will be. */
  async function close (): Promise<void> {
    if (closed) return
    closed = true
    for (let taken = 0; taken < inFlightMax; taken++) await slot()
  }
}
