import type { SentMessage } from '#application/messages/send-message.js'
import type { MessagePage } from '#application/messages/read-messages.js'
import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { ReadMarks } from '#domain/messages/conversation.js'
import { unstored, type Client, type Outcome } from './client.js'
import { violate } from './context.js'
import type { UseCases } from './use-cases.js'

/** The text of messages that may be there twice. */
export const KEYLESS = 'keyless'
const PAGE = 2
const PAGES_MAX = 20

/** Writes to somebody, once or a few times in a row. */
export async function sendMessages (client: Client): Promise<void> {
  const receiverId = somebody(client)
  for (let messages = client.context.random.between(1, 3); messages > 0; messages--) await sendMessage(client, receiverId)
}

/** Sometimes by two clicks at once. Without a key of his own a client that asks again says the same twice, and knows it. */
async function sendMessage ({ context, name, count, ask }: Client, receiverId: string): Promise<void> {
  const { random, ledger } = context
  const number = count()
  const key = random.chance(0.9) ? `msg-${name}-${number}` : null
  const block = ledger.blocks.get(`${receiverId} ${name}`)
  const run = async (useCases: UseCases): Promise<SentMessage> =>
    await useCases.sendMessage({ senderId: name, receiverId, message: key ?? KEYLESS, type: 'text', metadata: {}, key })
  const once = async (): Promise<void> => {
    const { answer } = await ask(`send ${number} to ${receiverId}`, run)
    if (answer === null) return
    const isBlocked = block !== undefined && ledger.blocks.get(`${receiverId} ${name}`) === block
    // What a node took down without knowing better has not reached anybody.
    const isDelivered = await context.store.messages.find(answer.message.messageId) !== null
    if (isBlocked && !answer.replayed && isDelivered) violate(context, 'a blocked sender reaches no receiver', `${name} to ${receiverId}`)
    ledger.messages.push(answer.message)
    if (key === null) return
    ledger.answered(`message ${key}`, answer.message.messageId)
    ledger.repeats.push({
      key: `message ${key}`,
      run: async (useCases) => {
        if (context.quarantined.has(answer.message.messageId)) return { id: answer.message.messageId, replayed: true }
        const { message, replayed } = await run(useCases)
        return { id: message.messageId, replayed }
      },
    })
  }
  await Promise.all([once(), ...(key !== null && random.chance(0.2) ? [once()] : [])])
}

/** A conversation from its end to its beginning, while others write. */
export async function readConversation (client: Client): Promise<void> {
  const { context, name, ask } = client
  const otherUserId = somebody(client)
  const known = acknowledged(client, otherUserId)
  let owed = known
  const listed: Message[] = []
  let isOld = false
  let before: string | null = null
  let marks: ReadMarks = {}
  for (let page = 0; page < PAGES_MAX; page++) {
    const from: string | null = before
    const seen = marks
    const { answer, isStale }: Outcome<MessagePage> = await ask(`messages with ${otherUserId}`, async ({ listMessages }) => {
      owed = await unstored(owed, async ({ messageId }) => await context.store.messages.find(messageId))
      return await listMessages({ userId: name, otherUserId, before: from, limit: PAGE, marks: seen })
    })
    if (answer === null) return
    isOld ||= isStale
    listed.push(...answer.items)
    before = answer.nextKey
    marks = answer.marks
    if (before === null) break
  }
  const keys = listed.map(messageKey)
  const isSorted = keys.every((key, index) => index === 0 || key < (keys[index - 1] ?? ''))
  if (!isSorted) violate(context, 'messages stand in order, none lost and none twice', `${name} reads ${keys.join()}`)
  const missing = (isOld ? owed : known).filter(({ messageId }) => !context.quarantined.has(messageId) && !listed.some((message) => message.messageId === messageId))
  if (before === null && missing.length > 0) {
    violate(context, 'messages stand in order, none lost and none twice', `${name} does not see ${missing.map(({ message }) => message).join()}`)
  }
}

/** Marks a message as read of which the client knows that it was delivered. */
export async function markRead (client: Client): Promise<void> {
  const { context, name, ask } = client
  const received = context.ledger.messages.filter(({ receiverId }) => receiverId === name)
  if (received.length === 0) return
  const message = context.random.pick(received)
  const { answer, refusal } = await ask('mark as read', async ({ markMessageRead }) => await markMessageRead({ userId: name, messageId: message.messageId }))
  if (refusal !== null && !context.quarantined.has(message.messageId)) violate(context, 'a read sees what was acknowledged before it', `${message.messageId}: ${refusal}`)
  if (answer !== null) context.ledger.read.push({ userId: name, otherUserId: message.senderId, messageId: message.messageId })
}

export async function markAllRead (client: Client): Promise<void> {
  const { context, name, ask } = client
  const otherUserId = somebody(client)
  const known = acknowledged(client, otherUserId).filter(({ senderId }) => senderId === otherUserId)
  let owed = known
  const { answer, isStale } = await ask('mark all as read', async ({ markConversationRead }) => {
    owed = await unstored(known, async ({ messageId }) => await context.store.messages.find(messageId))
    return await markConversationRead({ userId: name, otherUserId })
  })
  if (answer !== null) for (const { messageId } of isStale ? owed : known) context.ledger.read.push({ userId: name, otherUserId, messageId })
  await ask('conversations', async ({ listConversations }) => await listConversations({ userId: name, before: null, limit: PAGE }))
}

/** Takes no messages from somebody for a while. Nobody blocks the same person twice: news of an earlier end might come late. */
export async function block (client: Client): Promise<void> {
  const { context: { random, ledger, scheduler }, name, count, ask } = client
  const otherUserId = somebody(client)
  const pair = `${name} ${otherUserId}`
  if (ledger.blocked.has(pair)) return
  ledger.blocked.add(pair)
  const { answer } = await ask(`block ${otherUserId}`, async ({ blockUser }) => await blockUser({ userId: name, otherUserId, blocked: true }))
  if (answer !== null) ledger.blocks.set(pair, count())
  await scheduler.sleep(random.between(5_000, 60_000))
  ledger.blocks.delete(pair)
  await ask(`admit ${otherUserId}`, async ({ blockUser }) => await blockUser({ userId: name, otherUserId, blocked: false }))
}

/** Mostly the same one, so that people write to each other at once. */
function somebody ({ context: { random }, partner, others }: Client): string {
  return random.chance(0.7) ? partner : random.pick(others)
}

function acknowledged ({ name, context }: Client, otherUserId: string): Message[] {
  const conversationId = conversationIdOf(name, otherUserId)
  return context.ledger.messages.filter((message) => message.conversationId === conversationId)
}
