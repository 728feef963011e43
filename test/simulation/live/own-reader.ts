import { positionIn, positionWord, type LogPosition } from '#application/live/position.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { shardOf } from '#domain/shard.js'
import { violate } from '../context.js'
import type { LiveNode } from './live-node.js'
import { Reader, type Sent } from './reader.js'
import type { StreamResponse } from './stream-response.js'

const START: LogPosition = Array.from({ length: OUTBOX_SHARDS }, () => 0)

interface Seen {
  readonly type: string
  readonly version: number | null
}

/** Someone who reads their own events. */
export class OwnReader extends Reader {
  protected readonly invariant = 'each person sees each of their events once and in order'
  /** What they have seen, by partition and offset. */
  readonly #seen = new Map<string, Seen>()
  /** What they know from lists. */
  readonly #known: Array<{ readonly from: LogPosition, readonly to: LogPosition }> = []

  protected async open (live: LiveNode, sent: string | null, response: StreamResponse): Promise<void> {
    await live.followOwn(this.name, sent, response)
  }

  protected take ({ id, data }: Sent): void {
    const position = offsetsOf(id)
    const subjectId = String(data['messageId'] ?? data['paymentId'] ?? data['shipmentId'])
    const partition = shardOf(subjectId, OUTBOX_SHARDS)
    const offset = Number(position[partition])
    const before = offsetsOf(this.position)
    if (position.some((now, index) => now < Number(before[index])) || offset === before[partition]) {
      violate(this.context, this.invariant, `${this.name} gets ${offset} of ${partition} behind ${before.join()}`)
    }
    this.#seen.set(`${partition} ${offset}`, { type: String(data['type']), version: versionIn(data) })
  }

  protected readAnew (position: string): void {
    this.#known.push({ from: this.position === null ? START : offsetsOf(this.position), to: offsetsOf(position) })
  }

  protected garbage (): string {
    const { live: { random } } = this.context
    return random.pick(['1.2.3', 'a.b', positionWord(START.map(() => 9_000_000))])
  }

  protected isTooOld (position: string): boolean {
    const { expiredOffsets } = this.context.live
    return offsetsOf(position).some((offset, partition) => offset < (expiredOffsets[partition] ?? 0))
  }

  /** Compares with the whole log, when all has been sent. */
  check (log: readonly LoggedEvent[]): void {
    const wrong = (what: string): void => { violate(this.context, this.invariant, `${this.name} ${what}`) }
    let matched = 0
    for (const { partition, offset, type, audience, version } of log) {
      const seen = this.#seen.get(`${partition} ${offset}`)
      if (!audience.includes(this.name)) continue
      if (seen === undefined) {
        if (!this.#known.some(({ from, to }) => offset > Number(from[partition]) && offset <= Number(to[partition]))) wrong(`has never seen ${offset} of ${partition}, ${type}, and is at ${offsetsOf(this.position).join()}`)
        continue
      }
      matched++
      if (seen.type !== type) wrong(`has seen ${seen.type} in the place of ${type}, ${offset} of ${partition}`)
      const isOld = seen.version !== null && version !== null && seen.version < version
      // A node without its store shows what it knows.
      if (isOld && !this.context.isJournaled) wrong(`is shown version ${seen.version} for ${version}, ${type}`)
    }
    if (matched < this.#seen.size) wrong(`has seen ${this.#seen.size - matched} events that are not theirs, or not there`)
  }
}

function offsetsOf (word: string | null): LogPosition {
  return positionIn(word ?? '') ?? START
}

/** The version of what is shown; null where it has none. */
function versionIn ({ payment, shipment }: Sent['data']): number | null {
  const { version } = Object(payment ?? shipment) as { readonly version?: unknown }
  return typeof version === 'number' ? version : null
}
