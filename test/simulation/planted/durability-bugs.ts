import { unchanged } from '#domain/payments/decision.js'
import type { Message, MessageRun } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Disk, DiskFile } from '#adapters/durability/journal/disk.js'
import type { Stores } from '#application/ports/stores.js'
import { isOutage } from '../courier.js'
import { instead, type PlantedBug } from './planted-bug.js'

const onDisk = (name: string, change: (disk: Disk) => Partial<Disk>): PlantedBug => ({ name, disk: (disk) => ({ ...disk, ...change(disk) }) })

/** Replaces methods of each file that is opened. */
const onFiles = (name: string, change: (file: DiskFile) => Partial<DiskFile>): PlantedBug => onDisk(name, (disk) => ({
  open: async (path) => {
    const file = await disk.open(path)
    return { ...file, ...change(file) }
  },
}))

export const inDrain = <Name extends 'messages' | 'conversations' | 'payments' | 'webhookEvents'>(name: string, port: Name, change: (store: Stores[Name]) => Partial<Stores[Name]>): PlantedBug =>
  ({ name, drained: (stores) => ({ ...stores, [port]: instead(stores[port], change(stores[port])) }) })

async function oneByOne (run: MessageRun, insert: (message: Message) => Promise<Insertion<Message>>): Promise<ReadonlyArray<Insertion<Message>>> {
  const insertions: Array<Insertion<Message>> = []
  for (const message of run) insertions.push(await insert(message))
  return insertions
}

/** Bugs of the journal, the outage store and the drain. */
export const DURABILITY_BUGS: readonly PlantedBug[] = [
  onFiles('a sync that is only promised', () => ({ sync: async () => {} })),
  onFiles('a full disk that is taken for written', (file) => ({
    append: async (bytes) => { await file.append(bytes).catch(() => {}) },
  })),
  onDisk('a journal that is not read after a crash', (disk) => {
    const born = new Set<string>()
    return {
      list: async () => (await disk.list()).filter((name) => born.has(name)),
      open: async (name) => {
        born.add(name)
        return await disk.open(name)
      },
    }
  }),
  inDrain('a drained message that is done though the store was away', 'messages', (messages) => {
    const insert = async (message: Message): Promise<Insertion<Message>> => await messages.insert(message).catch((error: unknown) => {
      if (isOutage(error)) return { inserted: true, stored: message }
      throw error
    })
    return { insert, insertTogether: async (run) => await oneByOne(run, insert) }
  }),
  inDrain('a drained message under a new id', 'messages', (messages) => {
    const insert = async (message: Message): Promise<Insertion<Message>> => await messages.insert({ ...message, messageId: `${message.messageId}_again` })
    return { insert, insertTogether: async (run) => await oneByOne(run, insert) }
  }),
  inDrain('messages drained together of which the last is left out', 'messages', (messages) => ({
    insertTogether: async (run) => {
      const [first, ...others] = run
      await messages.insertTogether([first, ...others.slice(0, -1)])
      return run.map((stored) => ({ inserted: true, stored }))
    },
  })),
  inDrain('messages drained together that are done though the store was away', 'messages', (messages) => ({
    insertTogether: async (run) => await messages.insertTogether(run).catch((error: unknown) => {
      if (isOutage(error)) return run.map((stored) => ({ inserted: true, stored }))
      throw error
    }),
  })),
  inDrain('a mark of reading that stays in the journal', 'conversations', () => ({ markRead: async ({ readAt }) => readAt })),
  inDrain('an outcome that stays in the journal', 'payments', (payments) => ({
    update: async (paymentId) => ({ ...unchanged(await payments.find(paymentId) as NonNullable<Awaited<ReturnType<typeof payments.find>>>), duplicate: false }),
  })),
  inDrain('a webhook that stays in the journal', 'webhookEvents', () => ({ insert: async (event) => ({ inserted: true, stored: event }) })),
  inDrain('another request under a key that takes the place of the first', 'payments', (payments) => ({
    insert: async (decision, options) => {
      const insertion = await payments.insert(decision, options)
      if (insertion.stored.fingerprint === decision.payment.fingerprint) return insertion
      const { payment } = await payments.update(decision.payment.paymentId, ({ version }) => ({ payment: { ...decision.payment, version: version + 1 }, events: [] }))
      return { inserted: false, stored: payment }
    },
  })),
  {
    name: 'a list in an outage without what lies in the journal',
    ports: ({ messages }, { store }) => ({
      messages: instead(messages, {
        listConversation: async (conversationId, page) => {
          const { items, nextKey } = await messages.listConversation(conversationId, page)
          const stored = await Promise.all(items.map(async ({ messageId }) => await store.messages.find(messageId)))
          return { items: items.filter((_, index) => stored[index] !== null), nextKey }
        },
      }),
    }),
  },
  { name: 'a payment in an outage by a provider that charges twice', takesAllForIdempotent: true },
  {
    name: 'a payment in an outage that another provider may have charged',
    ports: ({ payments }) => ({ payments: instead(payments, { insert: async (decision, { isChoiceOpen, ...options } = {}) => await payments.insert(decision, options) }) }),
  },
]
