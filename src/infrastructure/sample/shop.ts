import { channelsOf, type SampleChannel } from './channels.js'
import { makeDraw } from './draw.js'
import { paymentsOf, type SamplePayment } from './payments.js'
import { PEOPLE, SELLERS, type Person } from './people.js'
import { conversationsOf, roomsOf, type Conversation, type SampleRoom } from './talk.js'

export interface SampleStreamer {
  /** Of their credit. */
  readonly key: string
  readonly email: string
  readonly minutes: number
  readonly broadcasts: ReadonlyArray<{ readonly broadcastId: string, readonly minutes: number }>
}

/**
 * The sample shop: people, what they write to each other, what they pay, what they ship, and what they broadcast. The same seed makes the same
 * shop. The service dates all of it at the moment of the run, because no route takes a time for what a person does.
 */
export interface Shop {
  readonly seed: number
  readonly people: readonly Person[]
  readonly conversations: readonly Conversation[]
  readonly channels: readonly SampleChannel[]
  readonly streamers: readonly SampleStreamer[]
  readonly rooms: readonly SampleRoom[]
  readonly payments: readonly SamplePayment[]
}

/** Of the addresses of the sample's people. */
export const SAMPLE_DOMAIN = 'shop.example'

const CREDIT = 600
const BROADCASTS = 3
const SHORTEST = 20
const LONGEST = 90

export function shopOf (seed: number): Shop {
  const draw = makeDraw(seed)
  const conversations = conversationsOf(draw, seed)
  const channels = channelsOf(draw, seed)
  const streamers = SELLERS.map(({ id }): SampleStreamer => ({
    key: `sample-${seed}-${id}`,
    email: `${id}@${SAMPLE_DOMAIN}`,
    minutes: CREDIT,
    broadcasts: Array.from({ length: BROADCASTS }, (_, index) => ({ broadcastId: `sample-${seed}-live-${id}-${index + 1}`, minutes: SHORTEST + draw.below(LONGEST - SHORTEST) })),
  }))
  const rooms = roomsOf(draw, seed)
  const payments = paymentsOf(draw, seed, rooms.filter(({ becomes }) => becomes !== 'scheduled'))
  return { seed, people: PEOPLE, conversations, channels, streamers, rooms, payments }
}
