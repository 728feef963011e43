import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { makeCallers, type Caller } from './caller.js'
import type { Measured } from './load.js'
import { onCore, startServer } from './server-process.js'
import { AMOUNT, type Paid } from './signed-event.js'
import type { WebhookJob } from './webhook-load-process.js'

/** Events a second, for `SECONDS` seconds. */
export const WEBHOOK_RATE = 500
const SECONDS = 10
const MADE_AT_ONCE = 32

const program = fileURLToPath(import.meta.resolve('./webhook-load-process.js'))

/**
 * Sends signed events at a steady rate, each of which settles a payment, while the dispatcher applies their effects.
 * @throws Error unless the service applies each event
 */
export async function measureWebhooks (): Promise<Measured> {
  const server = await startServer('service')
  const payments = await openPayments(server.url, makeCallers(), WEBHOOK_RATE * SECONDS)
  const child = spawn(...onCore(1, program), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ url: server.url, payments, rate: WEBHOOK_RATE } satisfies WebhookJob))
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  const { applied, ...measured } = JSON.parse(output) as Measured & { applied: number }
  await server.stop()
  if (applied !== payments.length) throw new Error(`${applied} of ${payments.length} webhooks were applied`)
  return measured
}

/** Payments that the bank has not decided, and for which the simulator sends no webhook. */
async function openPayments (url: string, callers: readonly Caller[], count: number): Promise<Paid[]> {
  const numbers = Array.from({ length: count }, (_, index) => index).values()
  const made: Paid[] = []
  await Promise.all(Array.from({ length: MADE_AT_ONCE }, async () => {
    for (const number of numbers) {
      const response = await fetch(`${url}/api/payments/process`, {
        method: 'POST',
        headers: { ...callers[number % callers.length]?.headers, 'content-type': 'application/json', 'idempotency-key': `w-${number}` },
        body: JSON.stringify({ amount: AMOUNT, currency: 'TRY', orderId: `order-${number}`, paymentMethod: { token: 'tok_processing+lost' } }),
      })
      made.push(await response.json() as Paid)
    }
  }))
  return made
}
