import type { Identity } from '#application/ports/identity.js'
import type { Delay } from './delay.js'
import type { Send } from './delivery.js'
import type { WebhookSuffix } from './scenario.js'
import type { SimulatorEvent } from './webhook.js'

/** What is told of one charge. */
export interface Story {
  readonly suffix: WebhookSuffix
  /** Settles once webhooks have told, one after the other, all that has happened so far. */
  news: Promise<void>
  /** What waits to be overtaken, until it is told all the same. */
  held: { readonly event: SimulatorEvent, readonly ended: Promise<void> } | null
}

export interface NewsOptions {
  readonly identity: Pick<Identity, 'random'>
  readonly delay: Delay
  readonly send: Send
  /** How long after a charge or refund its later news come. */
  readonly laterMs: number
  /** How long `+late` keeps each webhook back. */
  readonly lateMs: number
  /** How long `+reordered` waits for a webhook that overtakes. */
  readonly overtakeMs: number
}

export interface News {
  /** Queues a webhook behind those before it: the news of one charge come in their order. */
  tell: (told: Story, event: SimulatorEvent) => void
  /** Lets something happen some time after what was told before, and tells it. */
  tellLater: (told: Story, happen: () => SimulatorEvent) => void
}

/** Tells by webhooks what has happened, as well or badly as the suffix of the token says. */
export function makeNews ({ identity, delay, send, laterMs, lateMs, overtakeMs }: NewsOptions): News {
  return { tell, tellLater }

  function tell (told: Story, event: SimulatorEvent): void {
    told.news = told.news.then(async () => { await sendAs(told, event) })
  }

  function tellLater (told: Story, happen: () => SimulatorEvent): void {
    told.news = told.news.then(async () => {
      await delay(laterMs)
      await sendAs(told, happen())
    })
  }

  async function sendAs (told: Story, event: SimulatorEvent): Promise<void> {
    const eventId = identity.random('evt')
    switch (told.suffix) {
      case '': return await send(eventId, event)
      case '+lost': return
      case '+duplicate':
        await send(eventId, event)
        return await send(eventId, event)
      case '+late':
        await delay(lateMs)
        return await send(eventId, event)
      case '+reordered': return await sendReordered(told, event, eventId)
      case '+tampered': return await send(eventId, event, { tampered: true })
    }
  }

  /** Every second webhook overtakes the one before it. */
  async function sendReordered (told: Story, event: SimulatorEvent, eventId: string): Promise<void> {
    const { held } = told
    if (held !== null) {
      told.held = null
      await send(eventId, event)
      await send(identity.random('evt'), held.event)
      return
    }
    const ended = delay(overtakeMs).then(async () => {
      if (told.held?.event !== event) return
      told.held = null
      await send(eventId, event)
    })
    told.held = { event, ended }
  }
}
