import { feedIdOf, type FeedPage } from '#domain/rooms/room-entry.js'
import { channelFeedIdOf } from '#domain/channels/channel-entry.js'
import { momentOf, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { SKEW_MS } from '../watch.js'
import type { Admission, LiveNode, Wanted } from './live-node.js'
import { Reader, type Sent } from './reader.js'
import type { StreamResponse } from './stream-response.js'

const REFUSALS = ['banned', 'not_found']

/** A stream of a feed, by what was known when it began and what it brought. */
export interface Visit extends Admission {
  /** No clock of a node was later. */
  readonly at: string
  /** The last page that arrived. */
  last: number
}

/** An entry as it was shown. */
interface Shown {
  readonly kind?: string
  readonly messageId?: string
  readonly text?: string | null
}

/** Someone who reads a room or a channel. */
export class FeedReader extends Reader {
  protected readonly invariant = 'each reader of a room or channel sees each page once and in order'
  readonly wanted: Wanted
  readonly feedId: string
  readonly visits: Visit[] = []
  /** Refused when they last came. */
  isRefused = false
  /** What they have seen, by the numbers of the pages. */
  readonly seen = new Map<number, { readonly entries: readonly Shown[], readonly head: number }>()

  constructor (name: string, wanted: Wanted, nodes: readonly Node[], context: Context) {
    super(name, nodes, context)
    this.wanted = wanted
    this.feedId = wanted.kind === 'room' ? feedIdOf(wanted.id) : channelFeedIdOf(wanted.id)
  }

  protected async open (live: LiveNode, sent: string | null, response: StreamResponse): Promise<void> {
    const { random } = this.context.live
    const until = random.chance(0.2) ? momentOf(this.context, random.between(5_000, 60_000)) : null
    this.isRefused = false
    const visit = { checked: Infinity, head: 0, at: momentOf(this.context, SKEW_MS), last: 0 }
    this.visits.push(visit)
    Object.assign(visit, await live.follow({ ...this.wanted, until }, sent, response), { at: momentOf(this.context, SKEW_MS) })
  }

  protected take ({ id, event, data }: Sent): void {
    const page = Number(id)
    const visit = this.visits.at(-1)
    // Of a deleted channel, the last page alone may be left.
    const isNext = page === Number(this.position) + 1 || (page > Number(this.position) && this.#isDeleted())
    if (event !== 'entries' || !isNext) violate(this.context, this.invariant, `${this.name} gets ${event} ${id} of ${this.feedId} behind ${this.position}`)
    this.seen.set(page, { entries: data['entries'] as Shown[], head: visit?.head ?? 0 })
    if (visit !== undefined) visit.last = page
  }

  protected readAnew (): void {}

  protected garbage (): string {
    return String(9_000_000 + this.context.live.random.below(1000))
  }

  protected isTooOld (position: string): boolean {
    return Number(position) < this.context.live.expiredPage(this.feedId) || this.#isDeleted()
  }

  /** The pages of a deleted channel go. */
  #isDeleted (): boolean {
    return this.wanted.kind === 'channel' && this.context.channels.pagesOf(this.wanted.id).some(({ entries }) => entries.some((entry) => entry.type === 'channel' && entry.channel.isDeleted))
  }

  protected override mayBeRefused (code: string): boolean {
    this.isRefused = REFUSALS.includes(code)
    return this.isRefused
  }

  /** Compares with the whole feed, when all has been sent. Its pages hold what became of their messages, or what was written. */
  check (pages: ReadonlyArray<FeedPage<unknown>>): void {
    const wrong = (what: string): void => { violate(this.context, this.invariant, `${this.name} ${what}`) }
    const head = pages.at(-1)?.page ?? 0
    if (!this.isRefused && this.stream?.isOpen === true && Number(this.position) !== head) wrong(`is at page ${this.position} of ${this.feedId}, which has ${head}`)
    const byNumber = new Map(pages.map((page) => [page.page, page]))
    for (const [number, { entries }] of this.seen) {
      const stored = (byNumber.get(number)?.entries ?? []).filter(isMessage)
      const shown = entries.filter(({ kind, text }) => (kind === 'message' || kind === 'announcement') && text !== undefined)
      const isSame = stored.length === shown.length && stored.every(({ messageId, text }, index) => shown[index]?.messageId === messageId && (text === null || shown[index].text === null || shown[index].text === text))
      if (!isSame && byNumber.has(number)) wrong(`has seen other messages in page ${number} of ${this.feedId} than it has`)
    }
  }
}

function isMessage (entry: unknown): entry is { readonly type: 'message', readonly messageId: string, readonly text: string | null } {
  const { type, text } = entry as { readonly type: string, readonly text?: unknown }
  return (type === 'message' || type === 'announcement') && text !== undefined
}
