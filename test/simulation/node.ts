import { EFFECTS } from '#application/outbox/effects.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { Carriers } from '#application/shipping/carriers.js'
import type { Clock } from '#application/ports/system.js'
import { DomainError } from '#domain/errors.js'
import { makeManualCarrier } from '#adapters/carriers/manual/manual.js'
import { identity } from '#adapters/system/system.js'
import { type Context, momentOf, spawn, violate } from './context.js'
import { SimulatedDisk } from './disk.js'
import { bankGateway } from './gateway.js'
import { type Host, overNetwork } from './network.js'
import { LiveNode } from './live/live-node.js'
import { tellingPorts } from './live/live-world.js'
import { tolerant } from './live/tolerant.js'
import type { PlantedBug } from './planted/planted-bug.js'
import { carrierOf } from './shipping/carrier.js'
import type { Life } from './scheduler.js'
import { makeDurability, type Durability } from './durability.js'
import { makeUseCases, type Ports, type UseCases } from './use-cases.js'
import { SKEW_MS } from './watch.js'

/** The caller's connection broke: what became of his request he does not know. */
export class ConnectionLost extends Error {}

const RUNNING = new AbortController().signal

/** A process of the service. When it dies, all that it has begun ends where it stands, and what it remembers is gone. */
export class Node {
  readonly name: string
  readonly #context: Context
  readonly #bug: PlantedBug | null
  readonly #isOther: boolean
  /** How far its clock is from the world's. */
  readonly #skew: number
  readonly #requests = new Set<(error: Error) => void>()
  #life: Life = { alive: false }
  #lives = 0
  #useCases: UseCases | null = null
  readonly #disk: SimulatedDisk | null
  #durability: Durability | null = null
  #live: LiveNode | null = null

  /** @param isOther one without a journal beside one that has it: it answers requests, and does nothing beside them */
  constructor (name: string, context: Context, bug: PlantedBug | null, { isOther = false } = {}) {
    this.name = name
    this.#context = context
    this.#bug = bug
    this.#isOther = isOther
    this.#disk = context.isJournaled && !isOther ? new SimulatedDisk(context) : null
    this.#skew = context.random.between(-SKEW_MS, SKEW_MS)
  }

  get alive (): boolean {
    return this.#life.alive
  }

  start (): void {
    this.#life = { alive: true }
    this.#lives++
    const host = { name: this.name, life: this.#life, crash: () => { this.crash() } }
    const disk = this.#disk
    if (disk === null) this.#begin(this.#ports(host), host)
    else spawn(this.#context, async () => { await this.#beginOn(disk, host) })
  }

  async #beginOn (disk: SimulatedDisk, host: Host): Promise<void> {
    const ports = this.#ports(host)
    const ping = overNetwork({ ping: async () => {} }, 'store', host, this.#context)
    this.#durability = await makeDurability(disk.of(host.life), { ...this.#context.store, ...ports, ping: async () => { await ping.ping() } }, ports.clock, this.#context, this.#bug)
    this.#begin({ ...ports, ...this.#durability.persistence }, host)
  }

  #begin (own: Ports, host: Host): void {
    const telling = this.#context.live.isOpen && !this.#isOther ? tellingPorts(own, host, this.#context) : null
    const ports = telling ?? own
    const planted = { ...ports, ...this.#bug?.ports?.(ports, this.#context) }
    const useCases = makeUseCases(planted)
    this.#useCases = { ...useCases, ...this.#bug?.useCases?.(useCases, planted, this.#context) }
    if (telling !== null) {
      this.#live = new LiveNode(telling, this.#useCases, host, this.#context, this.#bug)
      this.#context.live.nodes.push(this.#live)
    }
    if (!this.#isOther) this.#work(this.#useCases)
  }

  crash (): void {
    const { trace, scheduler, random, faults } = this.#context
    if (!this.alive) return
    trace.note(scheduler.now, this.name, 'crashes')
    this.#life.alive = false
    this.#useCases = null
    this.#durability = null
    this.#live?.die()
    this.#live = null
    this.#disk?.crash()
    for (const reject of this.#requests) reject(new ConnectionLost())
    this.#requests.clear()
    scheduler.after(faults.ceased ? 0 : random.between(500, 70_000), () => { this.start() })
  }

  /** Begins anew, on a disk that works. */
  repair (): void {
    if (this.#disk !== null) this.crash()
  }

  /** What it has for those who read live; null where it is dead, or has nothing. */
  get live (): LiveNode | null {
    return this.#live
  }

  /** Whether nothing waits in its journal. */
  get isDrained (): boolean {
    return this.#disk === null || this.#durability?.depth() === 0
  }

  get staleReads (): number {
    return this.#durability?.staleReads() ?? 0
  }

  /** What a client is answered, if he is. */
  async serve<T> (run: (useCases: UseCases) => Promise<T>): Promise<T> {
    const { faults, random } = this.#context
    const useCases = this.#useCases
    if (useCases === null) throw new ConnectionLost()
    const answer = await new Promise<T>((resolve, reject) => {
      this.#requests.add(reject)
      run(useCases).then(resolve, reject).finally(() => { this.#requests.delete(reject) })
    })
    if (random.chance(faults.rates.answerLost)) throw new ConnectionLost()
    return answer
  }

  #ports (host: Host): Ports {
    const { store, banks, scheduler } = this.#context
    const over = <Port extends object>(port: Port, name: string): Port => overNetwork(port, name, host, this.#context)
    return {
      messages: over(store.messages, 'messages'),
      conversations: over(store.conversations, 'conversations'),
      payments: over(store.payments, 'payments'),
      webhookEvents: over(store.webhookEvents, 'webhookEvents'),
      orderIndex: over(store.orderIndex, 'orderIndex'),
      // These are asked past the network.
      ...{ billing: store.billing, attention: store.attention, messageReports: store.messageReports },
      outbox: over(store.outbox, 'outbox'),
      stats: over(store.stats, 'stats'),
      gateways: banks.map((bank) => bankGateway(bank, host, this.#context, this.#bug)) as unknown as Gateways,
      identity: { ...identity, random: this.#randomIds(), secret: this.#randomIds().bind(null, 'secret') },
      clock: this.#clock(),
      pause: async (milliseconds) => { await scheduler.sleep(Math.ceil(milliseconds), host.life) },
      effects: EFFECTS,
      rounds: over(store.rounds, 'rounds'),
      rooms: over(store.rooms, 'rooms'),
      feeds: over(store.feeds, 'feeds'),
      streamers: over(store.streamers, 'streamers'),
      channels: over(store.channels, 'channels'),
      channelFeeds: over(store.channelFeeds, 'channelFeeds'),
      shipments: over(store.shipments, 'shipments'),
      shipmentAddresses: over(store.shipmentAddresses, 'shipmentAddresses'),
      carriers: [...this.#context.shipping.depots.map((depot) => carrierOf(depot, host, this.#context)), makeManualCarrier()] as unknown as Carriers,
      roundObserver: {
        left: () => {},
        undone: () => {},
        failed: (paymentId, error) => {
          if (!(error instanceof DomainError)) violate(this.#context, 'nothing unexpected is thrown', `the round asked about ${paymentId}: ${String(error)}`)
        },
      },
      // As often as it likes: its tests hold it to a number.
      perMinute: 10_000,
    }
  }

  /** Makes its text once a moment: that takes longer than all else of a step. */
  #clock (): Clock {
    const { scheduler } = this.#context
    let told = { now: -1, text: '' }
    return () => {
      if (told.now !== scheduler.now) told = { now: scheduler.now, text: momentOf(this.#context, this.#skew) }
      return told.text
    }
  }

  /** Never given twice, and in the order of time as far as the node's clock goes. */
  #randomIds (): (prefix: string) => string {
    const maker = `${this.name}${this.#lives}`
    let count = 0
    return (prefix) => `${prefix}_${String(this.#context.scheduler.now + this.#skew + 10_000).padStart(9, '0')}${maker}${String(++count).padStart(4, '0')}`
  }

  /** What goes on beside the requests, until the faults cease: from then on whoever runs the world sees to it. */
  #work (useCases: UseCases): void {
    const { random } = this.#context
    const durability = this.#durability
    if (durability !== null) this.#repeat(500, 3_000, durability.drain)
    this.#repeat(15_000, 40_000, useCases.completePayments)
    this.#repeat(15_000, 40_000, useCases.completeWebhookEvents)
    this.#repeat(15_000, 40_000, async () => { await useCases.dailyRound(RUNNING) })
    if (this.#context.shipping.isOpen) this.#repeat(15_000, 40_000, useCases.completeShipments)
    if (this.#context.rooms.roomIds.length > 0) this.#repeat(5_000, 40_000, useCases.chargeRooms)
    if (this.#context.channels.channelIds.length > 0) this.#repeat(10_000, 60_000, useCases.clearChannels)
    const live = this.#live
    if (live !== null) {
      this.#repeat(3_000, 12_000, async () => { await live.look() })
      this.#repeat(5_000, 5_000, async () => { await live.beat() })
    }
    this.#repeat(5_000, 15_000, async () => {
      const first = random.below(useCases.dispatchers.length)
      for (const { run } of [...useCases.dispatchers, ...useCases.dispatchers].slice(first, first + 3)) await run()
    })
  }

  #repeat (low: number, high: number, piece: () => Promise<unknown>): void {
    const life = this.#life
    const { scheduler, random, faults } = this.#context
    spawn(this.#context, async () => {
      for (;;) {
        await scheduler.sleep(random.between(low, high), life)
        if (faults.ceased) return
        await tolerant(piece)
      }
    })
  }

  /** Works off all that is due. */
  async complete (): Promise<void> {
    while (this.#durability !== null && (await this.#durability.drain() || this.#durability.isAway()));
    while (await this.#useCases?.completePayments());
    while (await this.#useCases?.completeWebhookEvents());
    while (this.#context.shipping.isOpen && await this.#useCases?.completeShipments());
  }

  /** Charges all minutes that are due. */
  async chargeRooms (): Promise<void> {
    while (await this.#useCases?.chargeRooms());
  }

  /** Removes all pages of deleted channels. */
  async clearChannels (): Promise<void> {
    while (await this.#useCases?.clearChannels());
  }

  /** Makes the round of today as far as it may. */
  async goRound (): Promise<void> {
    while (await this.#useCases?.dailyRound(RUNNING));
  }

  /** Lets all events that wait take their effect. */
  async dispatch (): Promise<void> {
    for (const { run } of this.#useCases?.dispatchers ?? []) while (await run());
  }
}
