import type { Disk } from '#adapters/durability/journal/disk.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import type { LiveView } from '#adapters/http/live/live-feeds.js'
import type { FeedTail } from '#application/live/feed-tail.js'
import type { MayFollow } from '#application/live/follow-feeds.js'
import type { Viewers, ViewersPorts } from '#application/live/viewers.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import type { Context } from '../context.js'
import type { LiveNode } from '../live/live-node.js'
import type { Ports, UseCases } from '../use-cases.js'

/** A fault that is put into the simulated system, to see that an invariant catches it. */
export interface PlantedBug {
  readonly name: string
  /** Other ports in the place of some, on each start of a node. */
  readonly ports?: (ports: Ports, context: Context) => Partial<Ports>
  /** Another store for all nodes. */
  readonly store?: (store: OpenStores) => Partial<OpenStores>
  /** Other use cases in the place of some. */
  readonly useCases?: (useCases: UseCases, ports: Ports, context: Context) => Partial<UseCases>
  /** Another disk under the journal; another store for what drains out of it; whether no provider is left out of what it takes. */
  readonly disk?: (disk: Disk) => Disk
  readonly drained?: (store: OpenStores) => OpenStores
  readonly takesAllForIdempotent?: boolean
  /** The key under which a provider is asked, from our reference and the epoch of the lease; usually the reference itself. */
  readonly providerKey?: (reference: string, epoch: number) => string
  /** How old a payment may be whose key the provider is trusted to remember. */
  readonly trustedKeyMs?: number
  /** Bugs of those who read live. */
  readonly live?: LiveBug
}

export interface LiveBug {
  /** Other feeds under the tails; another place where an event of a person, or of a feed, comes from. */
  readonly feeds?: <Entry, Snapshot>(feeds: FeedStore<Entry, Snapshot>) => FeedStore<Entry, Snapshot>
  readonly tail?: <Entry, Snapshot>(tail: FeedTail<Entry, Snapshot>) => void
  readonly node?: (live: LiveNode) => void
  readonly view?: <Entry>(view: LiveView<Entry>) => LiveView<Entry>
  readonly mayFollow?: (mayFollow: MayFollow) => MayFollow
  readonly viewers?: (ports: ViewersPorts) => Viewers
  /** Another connection for a reader of a feed; `joined` is called when the reader has joined the others. */
  readonly join?: (connection: LiveConnection, nowMs: () => number) => { readonly connection: LiveConnection, readonly joined: () => void }
  /** The position that the service takes for the one that was sent. */
  readonly position?: (sent: string | null) => string | null
  /** Nothing is looked for. */
  readonly isBlind?: true
}

/** The same port, with some methods of its own. */
export function instead<Port extends object> (port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => name in methods ? Reflect.get(methods, name) as unknown : Reflect.get(target, name, target) as unknown,
  })
}

export function eachGateway ({ gateways: [first, ...others] }: Ports, change: (gateway: PaymentGateway) => Partial<PaymentGateway>): Gateways {
  const changed = (gateway: PaymentGateway): PaymentGateway => instead(gateway, change(gateway))
  return [changed(first), ...others.map(changed)]
}
