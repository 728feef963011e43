import type { Identity } from '#application/ports/system.js'
import type { Delay, Send } from '#adapters/exchange/delivery.js'
import type { WebhookSuffix } from './scenario.js'
import type { SimulatorEvent } from './webhook.js'

/** The webhooks of one charge. */
export interface Story {
  readonly suffix: WebhookSuffix
  /** Settles once the webhooks so far are delivered, one after the other. */
  news: Promise<void>
  /** The webhook that waits to be overtaken, for at most `overtakeMs`. */
  held: { readonly event: SimulatorEvent, readonly ended: Promise<void> } | null
}

export interface NewsOptions {
  readonly identity: Pick<Identity, 'random'>
  readonly delay: Delay
  readonly send: Send<SimulatorEvent>
  /** The time from a charge or refund to its later webhooks. */
  readonly laterMs: number
  /** The delay of each webhook with `+late`. */
  readonly lateMs: number
  /** The longest wait of `+reordered` for a webhook that overtakes. */
  readonly overtakeMs: number
}

export interface News {
  /** Queues a webhook: those of one charge arrive in order. */
  tell: (story: Story, event: SimulatorEvent) => void
  /** Runs `happen` some time after the earlier webhooks, and sends its event, if it has one. */
  tellLater: (story: Story, happen: () => SimulatorEvent | null) => void
}

/** Sends webhooks, as reliably or unreliably as the suffix of the token says. */
export function makeNews ({ identity, delay, send, laterMs, lateMs, overtakeMs }: NewsOptions): News {
  return { tell, tellLater }

  function tell (story: Story, event: SimulatorEvent): void {
    story.news = story.news.then(async () => { await sendAs(story, event) })
  }

  function tellLater (story: Story, happen: () => SimulatorEvent | null): void {
    story.news = story.news.then(async () => {
      await delay(laterMs)
      const event = happen()
      if (event !== null) await sendAs(story, event)
    })
  }

  async function sendAs (story: Story, event: SimulatorEvent): Promise<void> {
    const eventId = identity.random('evt')
    switch (story.suffix) {
      case '': return await send(eventId, event)
      case '+lost': return
      case '+duplicate':
        await send(eventId, event)
        return await send(eventId, event)
      case '+late':
        await delay(lateMs)
        return await send(eventId, event)
      case '+reordered': return await sendReordered(story, event, eventId)
      case '+tampered': return await send(eventId, event, { ...event, data: { ...event.data, amount: event.data.amount + 1 } } as SimulatorEvent)
    }
  }

  /** Every second webhook overtakes the one before it. */
  async function sendReordered (story: Story, event: SimulatorEvent, eventId: string): Promise<void> {
    const { held } = story
    if (held !== null) {
      story.held = null
      await send(eventId, event)
      await send(identity.random('evt'), held.event)
      return
    }
    const ended = delay(overtakeMs).then(async () => {
      if (story.held?.event !== event) return
      story.held = null
      await send(eventId, event)
    })
    story.held = { event, ended }
  }
}
