import type { Caller } from '#domain/accounts/session.js'
import type { Client, Outcome } from '../client.js'
import { violate } from '../context.js'
import { KEYLESS } from '../message-client.js'
import type { UseCases } from '../use-cases.js'
import type { ChannelSpan, ToldChannelMessage, ToldMark } from './channel-ledger.js'
import { CHANNEL_OWNER, CHANNEL_PEOPLE } from './channel-world.js'

const ADMIN: Caller = { userId: null, admin: true }
/** A key is surely good for so long: the feed recognises a repeat for ten minutes. */
const REPEAT_MS = 8 * 60_000
const MESSAGES = 'a message of a channel is there once, where its sender was told'
const UNREAD = 'unread messages of a channel equal a recount'

/** Asks, and notes how many pages the feed had when the request was made that was answered. */
async function askIn<T> ({ context: { channels }, ask }: Client, channelId: string, what: string, run: (useCases: UseCases) => Promise<T>): Promise<Outcome<T> & ChannelSpan> {
  let from = 0
  const outcome = await ask(what, async (useCases) => {
    from = channels.pagesOf(channelId).length
    return await run(useCases)
  })
  return { ...outcome, channelId, from, to: channels.pagesOf(channelId).length }
}

function someChannel ({ context: { random, channels } }: Client): string {
  return random.pick(channels.channelIds)
}

function someMessage ({ context: { random, channels } }: Client, channelId: string): ToldChannelMessage | null {
  const told = channels.messages.filter((message) => message.channelId === channelId).slice(-4)
  return told.length === 0 ? null : random.pick(told)
}

/** Writes once, or several times at once. */
export async function write (client: Client): Promise<void> {
  const channelId = someChannel(client)
  await Promise.all(Array.from({ length: client.context.random.pick([1, 1, 2, 5]) }, async () => { await writeOnce(client, channelId) }))
}

/** Sometimes by two clicks at once; sometimes once more under the same key, through any node, when it is long answered. */
async function writeOnce (client: Client, channelId: string): Promise<void> {
  const { context, name, count } = client
  const { random, channels, scheduler } = context
  const key = random.chance(0.95) ? `kanal ${name} ${count()};` : null
  const text = key ?? KEYLESS
  const begun = channels.pagesOf(channelId).length
  const start = scheduler.now
  const taken: number[] = []
  const once = async (): Promise<void> => {
    const { answer, refusal, from, to } = await askIn(client, channelId, 'write', async ({ sendChannelMessage }) => await sendChannelMessage({ userId: name, channelId, text, replyTo: null, key }))
    if (refusal !== null) {
      channels.refusals.push({ channelId, from, to, userId: name, code: refusal })
      const isKnown = taken.some((page) => page <= from) && scheduler.now < start + REPEAT_MS
      if (isKnown && refusal !== 'store_busy' && refusal !== 'not_found') violate(context, MESSAGES, `${text} was taken, and then ${refusal}`)
    }
    if (answer === null) return
    const { entry: { messageId, number }, position } = answer
    taken.push(position.page)
    if (position.page > to) violate(context, MESSAGES, `${text} is answered before its page is stored`)
    channels.messages.push({ channelId, messageId, position, number, senderId: name, text, begun })
  }
  await Promise.all([once(), ...(key !== null && random.chance(0.15) ? [once()] : [])])
  if (key === null || taken.length === 0 || !random.chance(0.3)) return
  await scheduler.sleep(random.between(500, 60_000))
  await once()
}

/** Joins and leaves. */
export async function comeAndGo (client: Client): Promise<void> {
  const { context: { random, channels }, name } = client
  const channelId = someChannel(client)
  const isJoin = random.chance(0.7)
  const { answer, from, to } = await askIn(client, channelId, isJoin ? 'join' : 'leave', async ({ joinChannel, leaveChannel }) => await (isJoin ? joinChannel : leaveChannel)({ userId: name, channelId }))
  if (answer !== null) channels.standings.push({ channelId, from, to, userId: name, role: isJoin ? 'member' : null, isLeave: !isJoin })
}

/** Adds, removes, bans, lifts bans, and names moderators. */
export async function govern (client: Client): Promise<void> {
  const { context: { random, channels }, name } = client
  const channelId = someChannel(client)
  const userId = random.pick(CHANNEL_PEOPLE.slice(1))
  const role = random.pick(['member', 'member', 'moderator', 'banned', null] as const)
  const caller = random.pick([ADMIN, { userId: CHANNEL_OWNER, admin: false }, { userId: name, admin: false }])
  const { answer, from, to } = await askIn(client, channelId, `${role ?? 'nothing'} for ${userId}`, async ({ setChannelMember }) => await setChannelMember({ caller, channelId, userId, role }))
  if (answer !== null) channels.standings.push({ channelId, from, to, userId, role, isLeave: false })
}

/** Deletes a message of their own, or of another as a moderator may; seldom the whole channel. */
export async function remove (client: Client): Promise<void> {
  const { context: { random, channels }, name } = client
  const channelId = someChannel(client)
  const caller = random.pick([ADMIN, { userId: name, admin: false }])
  if (random.chance(0.15)) {
    const { answer } = await askIn(client, channelId, 'delete the channel', async ({ deleteChannel }) => await deleteChannel({ caller, channelId }))
    if (answer !== null) channels.ended.add(channelId)
    return
  }
  const message = someMessage(client, channelId)
  if (message === null) return
  const { messageId, position, text } = message
  const { answer } = await askIn(client, channelId, `delete ${text}`, async ({ deleteChannelMessage }) => {
    await deleteChannelMessage({ caller, channelId, messageId, position })
    return true
  })
  if (answer !== null && text !== KEYLESS) channels.deleted.add(text)
}

/** Marks a message as read, or looks at what is unread in all channels. */
export async function look (client: Client): Promise<void> {
  const { context, name, ask } = client
  const { random, channels } = context
  const channelId = someChannel(client)
  const message = someMessage(client, channelId)
  if (message === null || random.chance(0.3)) {
    const { answer } = await ask('channels', async ({ listChannelsOf }) => await listChannelsOf({ userId: name, before: null, limit: 10 }))
    for (const { channel, member } of answer?.items ?? []) {
      if (member === null || member.readCount > channel.messageCount + OVERTAKEN) violate(context, UNREAD, `${name} has read ${member?.readCount} of ${channel.messageCount}`)
    }
    return
  }
  const { number, position } = message
  const mark: ToldMark = { channelId, userId: name, number, isAnswered: false }
  channels.marks.push(mark)
  const { answer } = await ask(`read up to ${number}`, async ({ readChannel }) => await readChannel({ userId: name, channelId, position }))
  if (answer === null) return
  mark.isAnswered = true
  const stored = channels.pagesOf(channelId).flatMap(({ entries }) => entries.filter(({ type }) => type === 'message')).length
  if (answer < 0 || answer > stored - number) violate(context, UNREAD, `${name} has ${answer} unread behind ${number} of ${stored}`)
}

/** The member's row may be read after the channel's, by which time so many messages have come. */
const OVERTAKEN = 500
