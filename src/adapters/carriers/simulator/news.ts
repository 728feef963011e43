import type { TrackingEvent } from '#domain/shipping/tracking.js'
import type { Delay, Send } from '#adapters/exchange/delivery.js'
import type { WebhookSuffix } from './scenario.js'
import type { TrackingUpdated } from './webhook.js'

export interface NewsOptions {
  readonly delay: Delay
  readonly send: Send<TrackingUpdated>
  /** Between two events of a journey. */
  readonly stepMs: number
  /** The delay of each webhook with `+late`. */
  readonly lateMs: number
}

/** Sends a webhook for each event of a journey, as reliably or unreliably as the suffix of the service says. */
export function makeNews ({ delay, send, stepMs, lateMs }: NewsOptions) {
  return function tell (journey: readonly TrackingEvent[], suffix: WebhookSuffix, newsOf: (events: TrackingEvent[]) => TrackingUpdated): void {
    const told = suffix === '+reordered' ? journey.toReversed() : journey
    void travel(told, suffix, newsOf)
  }

  async function travel (journey: readonly TrackingEvent[], suffix: WebhookSuffix, newsOf: (events: TrackingEvent[]) => TrackingUpdated): Promise<void> {
    for (const event of journey) {
      await delay(stepMs)
      await sendAs(suffix, `evt_${event.eventId}`, newsOf([event]))
    }
  }

  async function sendAs (suffix: WebhookSuffix, eventId: string, news: TrackingUpdated): Promise<void> {
    switch (suffix) {
      case '': case '+reordered': return await send(eventId, news)
      case '+lost': return
      case '+duplicate':
        await send(eventId, news)
        return await send(eventId, news)
      case '+late':
        await delay(lateMs)
        return await send(eventId, news)
      case '+tampered': return await send(eventId, news, { ...news, data: { ...news.data, carrierKey: `${news.data.carrierKey}0` } })
    }
  }
}
