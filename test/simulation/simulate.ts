import { memoryStores } from '#adapters/memory/stores.js'
import { Bank } from './bank.js'
import { makeClient, type Client } from './client.js'
import { spawn, violate, type Context, type Violation } from './context.js'
import { courier } from './courier.js'
import { Faults } from './faults.js'
import { Ledger } from './ledger.js'
import { block, markAllRead, markRead, readConversation, sendMessages } from './message-client.js'
import { checkMessages } from './messages-at-end.js'
import { comeAndGo, govern, look, remove, write } from './channels/channel-client.js'
import { ChannelLedger } from './channels/channel-ledger.js'
import { CHANNEL_PEOPLE, hasChannels, openChannels, watchedChannelFeeds } from './channels/channel-world.js'
import { checkChannels } from './channels/channels-at-end.js'
import { LiveLedger } from './live/live-ledger.js'
import { checkLive } from './live/live-at-end.js'
import { hasReaders, openReaders, watchedOutbox } from './live/live-world.js'
import { checkMoney } from './money-at-end.js'
import { Node } from './node.js'
import { checkOrders } from './orders-at-end.js'
import { decide } from './decision-client.js'
import { pay, race } from './order-client.js'
import { cancel, getPayment, listPayments, lookInto, refund } from './payment-client.js'
import type { PlantedBug } from './planted/planted-bug.js'
import { allPayments, settleDown } from './quiet.js'
import { Random } from './random.js'
import { checkRecords } from './records-at-end.js'
import { crowd, direct, erase, moderate, readRoom, report, talk } from './rooms/room-client.js'
import { RoomLedger } from './rooms/room-ledger.js'
import { hasRooms, openRooms, ROOM_PEOPLE, watchedFeeds } from './rooms/room-world.js'
import { checkRooms } from './rooms/rooms-at-end.js'
import { Scheduler } from './scheduler.js'
import { askCarrier, cancelLabel, quote, readLabel, readShipment, refundShipped, report as reportParcel, ship } from './shipping/shipping-client.js'
import { ShippingLedger } from './shipping/shipping-ledger.js'
import { hasShipping, openShipping, SHIPPERS, watchedShipments } from './shipping/shipping-world.js'
import { checkShipments } from './shipping/shipments-at-end.js'
import { Trace } from './trace.js'
import { watchedRounds } from './rounds.js'
import { watched } from './watch.js'

const CLIENTS = ['ada', 'bora', 'cem', 'deniz', 'ece', 'fuat', 'gul', 'hale']
const OPERATIONS_EACH = 8
const NODES = ['left', 'right']
/** How many runs are those of a node with a journal. */
const JOURNALED = 0.25

const OPERATIONS: Readonly<Record<string, (client: Client) => Promise<void>>> = {
  pay, race, refund, cancel, decide, getPayment, listPayments, lookInto, sendMessages, readConversation, markRead, markAllRead, block,
}
const WEIGHTS = { pay: 23, race: 5, refund: 19, cancel: 5, decide: 4, getPayment: 6, listPayments: 4, lookInto: 10, sendMessages: 20, readConversation: 5, markRead: 5, markAllRead: 3, block: 2 }

const ROOM_OPERATIONS = { talk, moderate, erase, report, direct, readRoom }
const ROOM_WEIGHTS = { talk: 50, moderate: 18, erase: 8, report: 10, direct: 6, readRoom: 8 }
const CHANNEL_OPERATIONS = { write, comeAndGo, govern, remove, look }
const CHANNEL_WEIGHTS = { write: 45, comeAndGo: 12, govern: 18, remove: 8, look: 17 }
const SHIPPING_OPERATIONS = { ship, quote, cancelLabel, readShipment, readLabel, reportParcel, refundShipped, askCarrier }
const SHIPPING_WEIGHTS = { ship: 40, quote: 4, cancelLabel: 16, readShipment: 8, readLabel: 6, reportParcel: 10, refundShipped: 8, askCarrier: 8 }
/** How many of the lives with rooms have a moment at which very many people write. */
const CROWDED = 0.1

export interface Outcome {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly hash: string
  readonly lines: readonly string[]
  readonly steps: number
}

export interface Options {
  readonly bug?: PlantedBug | null
  /** Keeps the lines of the trace. */
  readonly trace?: boolean
}

/** One life of the whole system, all of which follows from the seed. */
export async function simulate (seed: number, { bug = null, trace: keep = false }: Options = {}): Promise<Outcome> {
  const random = new Random(seed)
  // One node alone, but for some payments: what one has in its journal nobody else can see.
  const isJournaled = random.chance(JOURNALED)
  const names = isJournaled ? NODES.slice(0, 1) : NODES
  const trace = new Trace({ keep })
  const scheduler = new Scheduler(trace)
  const stores = memoryStores()
  const memory = { ...stores, ...bug?.store?.(stores) }
  const banks: Bank[] = []
  watchedOutbox(stores, () => context)
  const context: Context = {
    random,
    scheduler,
    trace,
    faults: new Faults(random, names, isJournaled),
    store: { ...memory, payments: watched(memory.payments, () => context), rounds: watchedRounds(memory, () => context), feeds: watchedFeeds(memory.feeds, () => context), channelFeeds: watchedChannelFeeds(memory.channelFeeds, () => context), shipments: watchedShipments(memory.shipments, memory.payments, () => context) },
    banks,
    ledger: new Ledger(),
    rooms: new RoomLedger(),
    channels: new ChannelLedger(),
    shipping: new ShippingLedger(),
    live: new LiveLedger(seed),
    charging: new Set(),
    violations: [],
    isJournaled,
    quarantined: new Set(),
  }
  const nodes = names.map((name) => new Node(name, context, bug))
  const other = isJournaled ? new Node('other', context, bug, { isOther: true }) : null
  const tell = courier(context, nodes, (provider) => provider === 'bank')
  // One takes a repeat for the same, and tells all; the other does neither.
  for (const provider of ['bank', 'kiosk']) banks.push(new Bank({ provider, idempotent: provider === 'bank', random, scheduler, tell }))
  try {
    const isWithRooms = hasRooms(seed)
    if (isWithRooms) await openRooms(context)
    if (hasChannels(seed)) await openChannels(context)
    if (hasShipping(seed)) openShipping(context, nodes)
    if (hasReaders(seed, isWithRooms)) openReaders(context, nodes, CLIENTS.slice(0, 2))
    for (const node of nodes) node.start()
    other?.start()
    for (const at of context.faults.restarts) scheduler.after(at, () => { if (!context.faults.ceased) nodes[0]?.crash() })
    await liveThrough(context, nodes, other, isWithRooms)
    await settleDown(context, nodes)
    const payments = await allPayments(context)
    checkMoney(context, payments)
    checkOrders(context, payments)
    await checkRecords(context, payments)
    await checkMessages(context, CLIENTS)
    await checkRooms(context, other === null ? nodes : [...nodes, other])
    await checkChannels(context, other === null ? nodes : [...nodes, other])
    await checkShipments(context, nodes)
    await checkLive(context, nodes)
  } catch (error) {
    violate(context, 'nothing unexpected is thrown', error instanceof Error ? String(error.stack) : String(error))
  }
  return { seed, violations: context.violations, hash: trace.hash(), lines: trace.lines, steps: scheduler.steps }
}

/** All clients do what they have to do, side by side. */
async function liveThrough (context: Context, nodes: readonly Node[], other: Node | null, isWithRooms: boolean): Promise<void> {
  const { scheduler, random } = context
  let living = 0
  const live = (names: readonly string[], pause: number, operate: (client: Client) => Promise<void>): void => {
    living += names.length
    for (const [index, name] of names.entries()) {
      const client = makeClient({ name, others: names.filter((other) => other !== name), partner: names[index ^ 1] ?? name }, nodes, other, context)
      spawn(context, async () => {
        for (let operation = 0; operation < OPERATIONS_EACH; operation++) {
          await scheduler.sleep(random.between(100, pause))
          await operate(client)
        }
        living--
      })
    }
  }
  live(CLIENTS, 12_000, async (client) => { await OPERATIONS[random.weighted(WEIGHTS)]?.(client) })
  if (isWithRooms) live(ROOM_PEOPLE, 9_000, async (client) => { await ROOM_OPERATIONS[random.weighted(ROOM_WEIGHTS)](client) })
  if (context.channels.channelIds.length > 0) live(CHANNEL_PEOPLE, 9_000, async (client) => { await CHANNEL_OPERATIONS[random.weighted(CHANNEL_WEIGHTS)](client) })
  if (context.shipping.isOpen) live(SHIPPERS, 12_000, async (client) => { await SHIPPING_OPERATIONS[random.weighted(SHIPPING_WEIGHTS)](client) })
  const [first] = nodes
  if (isWithRooms && first !== undefined && random.chance(CROWDED)) scheduler.after(random.below(40_000), () => { spawn(context, async () => { await crowd(context, first) }) })
  await scheduler.run({ isOver: () => living === 0 })
}
