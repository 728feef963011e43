import { DomainError } from '#domain/errors.js'
import type { ReportedFact } from '#domain/payments/payment-fact.js'
import type { News } from './bank-records.js'
import { spawn, violate, type Context } from './context.js'
import { ConnectionLost, type Node } from './node.js'
import { signedWebhook, tamperedWebhook } from './webhook-signature.js'

/** How often a provider tells the same. */
const DELIVERIES_MAX = 6

/** Brings the news of providers: late, out of order, twice, changed on the way, or never. */
export function courier (context: Context, nodes: readonly Node[], tellsAll: (provider: string) => boolean): (news: News) => void {
  const { random, scheduler, faults, trace, ledger } = context

  return (news) => {
    const webhook = signedWebhook(news, tellsAll(news.provider))
    if (random.chance(faults.rates.webhookTampered)) spawn(context, async () => { await forge(news, webhook) })
    if (faults.isMute(news.paymentId, scheduler.now) || random.chance(faults.rates.webhookLost)) return trace.note(scheduler.now, news.provider, 'webhook lost', news.eventId)
    const copies = random.chance(faults.rates.webhookDouble) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) spawn(context, async () => { await deliver(news, webhook) })
  }

  async function deliver (news: News, webhook: ReturnType<typeof signedWebhook>): Promise<void> {
    await scheduler.sleep(random.chance(faults.rates.webhookLate) ? random.between(60_000, 4_000_000) : random.between(1, 3_000))
    for (let delivery = 0; delivery < DELIVERIES_MAX; delivery++) {
      trace.note(scheduler.now, news.provider, 'webhook', `${news.eventId} ${JSON.stringify(news.fact)}`)
      try {
        const result = await random.pick(nodes).serve(async ({ handleWebhook }) => await handleWebhook({ provider: null, ...webhook }))
        trace.note(scheduler.now, news.provider, 'webhook answered', `${news.eventId} ${result}`)
        // A node that does not remember takes it down once more, and finds out later: what counts are the amounts.
        if (result === 'applied' && ledger.applied.has(news.eventId) && !context.isJournaled) violate(context, 'news takes its effect once', news.eventId)
        if (result === 'applied') ledger.applied.add(news.eventId)
        ledger.news.push(news)
        return
      } catch (error) {
        if (!isOutage(error)) throw error
      }
      await scheduler.sleep(random.between(10_000, 120_000))
    }
  }

  /** Somebody changes what he has overheard, to his advantage. */
  async function forge (news: News, webhook: ReturnType<typeof signedWebhook>): Promise<void> {
    await scheduler.sleep(random.between(1, 3_000))
    trace.note(scheduler.now, news.provider, 'forged webhook', news.eventId)
    const forged = tamperedWebhook(webhook, advantage(news), random.pick([news.eventId, `${news.eventId}-forged`]))
    try {
      const result = await random.pick(nodes).serve(async ({ handleWebhook }) => await handleWebhook({ provider: news.provider, ...forged }))
      violate(context, 'a forged webhook is refused', `${news.eventId}: ${result}`)
    } catch (error) {
      const isRefused = error instanceof DomainError && error.code === 'invalid_webhook_signature'
      if (!isRefused && !isOutage(error)) throw error
    }
  }
}

function advantage ({ fact, reference }: News): ReportedFact {
  switch (fact.kind) {
    case 'succeeded': return { ...fact, amount: fact.amount + 1 }
    case 'refund': return { ...fact, status: fact.status === 'failed' ? 'succeeded' : 'failed' }
    case 'dispute': return { ...fact, status: fact.status === 'won' ? 'lost' : 'won' }
    default: return { kind: 'succeeded', reference, amount: 100, currency: 'TRY' }
  }
}

export function isOutage (error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof DomainError && error.code === 'store_unavailable')
}
