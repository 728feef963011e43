import type { Caller } from '#domain/accounts/session.js'
import { unreadOf, type Channel, type ChannelRole } from '#domain/channels/channel.js'
import { channelFeedIdOf, type ChannelEntry, type ChannelMessageEntry } from '#domain/channels/channel-entry.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import { spawn, violate, type Context } from '../context.js'
import type { InvariantName } from '../invariants.js'
import type { Node } from '../node.js'
import { together } from '../quiet.js'
import { CHANNEL_PEOPLE } from './channel-world.js'

const ADMIN: Caller = { userId: null, admin: true }
const ALL = 100_000

/** A channel by rules of the simulation's own, after each of its entries. */
interface Moment {
  readonly page: number
  /** Whether the page has no more entries. */
  readonly isWhole: boolean
  readonly roles: ReadonlyMap<string, ChannelRole>
  readonly isDeleted: boolean
}

interface Told {
  readonly channelId: string
  readonly row: Channel
  /** As they were stored. */
  readonly pages: ReadonlyArray<FeedPage<ChannelEntry>>
  readonly messages: ReadonlyMap<string, ChannelMessageEntry>
  readonly moments: readonly Moment[]
  /** How far each person has read at least, by what the feed says. */
  readonly read: ReadonlyMap<string, number>
  readonly fail: (invariant: InvariantName, what: string) => void
}

const FEED = 'the pages of a channel are dense, and its rows equal its feed'
const MEMBERS = 'no one writes in a channel who is no member'

const CHECKS: ReadonlyArray<(context: Context, told: Told) => void | Promise<void>> = [checkMessages, checkDone, checkTexts, checkRows, checkUnread]

/** Lets the pages of deleted channels go, and compares each channel with what people were told. */
export async function checkChannels (context: Context, nodes: readonly Node[]): Promise<void> {
  const { channels: { channelIds }, store } = context
  if (channelIds.length === 0) return
  await together(context, nodes, async (node) => { await node.clearChannels() })
  for (const channelId of channelIds) {
    const row = await store.channels.find(channelId)
    if (row === null) return violate(context, FEED, `${channelId} has no row`)
    const told = replayed(context, row)
    for (const check of CHECKS) await check(context, told)
    if (!row.isDeleted) await askAll(context, nodes, told)
  }
}

/** Adds entry by entry. */
function replayed (context: Context, row: Channel): Told {
  const { channelId } = row
  const fail = (invariant: InvariantName, what: string): void => { violate(context, invariant, `${channelId}: ${what}`) }
  const pages = context.channels.pagesOf(channelId)
  const roles = new Map<string, ChannelRole>()
  const messages = new Map<string, ChannelMessageEntry>()
  const read = new Map<string, number>()
  let isDeleted = false
  const moments: Moment[] = []
  for (const [index, { page, entries }] of pages.entries()) {
    if (page !== index + 1) fail(FEED, `page ${page} in the place of ${index + 1}`)
    for (const [place, entry] of entries.entries()) {
      if (isDeleted) fail(FEED, `page ${page} is behind the deletion`)
      if (entry.type === 'channel') isDeleted = entry.channel.isDeleted
      else if (entry.type === 'member') {
        const { userId, role } = entry
        if (!isMember(roles.get(userId)) && isMember(role)) read.set(userId, messages.size)
        if (role === null) roles.delete(userId)
        else roles.set(userId, role)
      } else if (entry.type === 'message') {
        const { messageId, senderId, number } = entry
        if (!isMember(roles.get(senderId))) fail(MEMBERS, `${senderId}, who is ${roles.get(senderId) ?? 'no member'}, in page ${page}`)
        if (messages.has(messageId) || number !== messages.size + 1) fail('a message of a channel is there once, where its sender was told', `${messageId} is number ${number}, behind ${messages.size}`)
        messages.set(messageId, entry)
        read.set(senderId, number)
      }
      moments.push({ page, isWhole: place === entries.length - 1, roles: new Map(roles), isDeleted })
    }
  }
  return { channelId, row, pages, messages, moments, read, fail }
}

function isMember (role: ChannelRole | null | undefined): boolean {
  return role != null && role !== 'banned'
}

/** Each message that was acknowledged lies where its sender was told, behind all that was there when they first sent it. */
function checkMessages ({ channels }: Context, { channelId, pages, fail }: Told): void {
  for (const { messageId, position, number, text, begun } of channels.messages.filter((message) => message.channelId === channelId)) {
    const entry = pages[position.page - 1]?.entries[position.index]
    const isThere = entry?.type === 'message' && entry.messageId === messageId && entry.number === number && entry.text === text
    if (!isThere || position.page <= begun) fail('a message of a channel is there once, where its sender was told', `${text} is not at ${position.page}.${position.index} behind page ${begun}`)
  }
}

/** One of the states between request and answer bears out what people were told. */
function checkDone ({ channels }: Context, { channelId, row, moments, fail }: Told): void {
  const isBorne = ({ from, to }: { readonly from: number, readonly to: number }, test: (moment: Moment) => boolean): boolean =>
    moments.some((moment) => (moment.isWhole ? from <= moment.page : from < moment.page) && moment.page <= to && test(moment))
  for (const told of channels.standings.filter((one) => one.channelId === channelId)) {
    const { userId, role, isLeave } = told
    const isTrue = isBorne(told, ({ roles }) => {
      const now = roles.get(userId) ?? null
      return isLeave ? !isMember(now) : now === role || (role === 'member' && isMember(now))
    })
    if (!isTrue) fail('what was done in a channel holds', `${role ?? 'nothing'} for ${userId}, between pages ${told.from} and ${told.to}`)
  }
  for (const told of channels.refusals.filter((one) => one.channelId === channelId)) {
    const isTrue = isBorne(told, ({ roles, isDeleted }) => {
      const role = roles.get(told.userId)
      switch (told.code) {
        case 'banned': return role === 'banned'
        case 'forbidden': return role === undefined
        case 'not_found': return isDeleted || (row.kind === 'private' && !isMember(role))
        default: return told.code === 'store_busy'
      }
    })
    if (!isTrue) fail('what was done in a channel holds', `${told.userId} was refused: ${told.code}, between pages ${told.from} and ${told.to}`)
  }
  if (channels.ended.has(channelId) && !row.isDeleted) fail('what was done in a channel holds', 'it was deleted')
}

/** What was deleted is nowhere in the store; of a deleted channel nothing is. */
async function checkTexts ({ channels, store }: Context, { channelId, row, pages, fail }: Told): Promise<void> {
  const stored = await store.channelFeeds.read(channelFeedIdOf(channelId), 0, ALL)
  const texts = stored.flatMap(({ entries }) => entries.flatMap((entry) => entry.type === 'message' && entry.text !== null ? [entry.text] : []))
  for (const text of texts) if (row.isDeleted || channels.deleted.has(text)) fail('a deleted text is nowhere', `${text} is stored`)
  if (stored.length !== (row.isDeleted ? 1 : pages.length)) fail(FEED, `${stored.length} of ${pages.length} pages are there`)
}

async function checkRows ({ store }: Context, { channelId, row, messages, moments, fail }: Told): Promise<void> {
  const { roles, isDeleted } = moments.at(-1) ?? { roles: new Map<string, ChannelRole>(), isDeleted: true }
  const members = [...roles.values()].filter(isMember).length
  if (row.isDeleted !== isDeleted || row.messageCount !== messages.size || row.memberCount !== members) {
    fail(FEED, `${row.messageCount} messages of ${messages.size}, ${row.memberCount} members of ${members}`)
  }
  for (const userId of CHANNEL_PEOPLE) {
    const member = await store.channels.findMember(channelId, userId)
    const role = roles.get(userId)
    if ((member?.role ?? null) !== (isMember(role) ? role : null)) fail(FEED, `${userId} is ${member?.role ?? 'no one'} by their row, by the feed ${role ?? 'no one'}`)
  }
}

/** Unread is what was written behind the mark; the mark of a request without an answer may count. */
async function checkUnread ({ store, channels }: Context, { channelId, row, messages, read, fail }: Told): Promise<void> {
  for (const userId of CHANNEL_PEOPLE) {
    const member = await store.channels.findMember(channelId, userId)
    if (member === null) continue
    const marks = channels.marks.filter((mark) => mark.channelId === channelId && mark.userId === userId)
    const least = Math.max(read.get(userId) ?? 0, ...marks.filter(({ isAnswered }) => isAnswered).map(({ number }) => number))
    const most = Math.max(least, ...marks.map(({ number }) => number))
    const unread = unreadOf(row, member)
    if (unread > messages.size - least || unread < messages.size - most) fail('unread messages of a channel equal a recount', `${userId} has ${unread} unread of ${messages.size}, and has read ${least} to ${most}`)
  }
}

/** All nodes know who is what, and still take a message of the owner. */
async function askAll (context: Context, nodes: readonly Node[], { channelId, row, moments, fail }: Told): Promise<void> {
  const roles = moments.at(-1)?.roles ?? new Map<string, ChannelRole>()
  let answered = 0
  for (const node of nodes) {
    spawn(context, async () => {
      for (const isBanned of [false, true]) {
        const { items } = await node.serve(async ({ listChannelMembers }) => await listChannelMembers({ caller: ADMIN, channelId, isBanned, before: null, limit: 100 }))
        const found = items.map(({ userId, role }) => `${userId} ${role}`).toSorted().join()
        const wanted = [...roles].filter(([, role]) => isMember(role) !== isBanned).map(([userId, role]) => `${userId} ${role}`).toSorted().join()
        if (found !== wanted) fail('what was done in a channel holds', `${node.name} knows ${found}, the feed ${wanted}`)
      }
      await node.serve(async ({ sendChannelMessage }) => await sendChannelMessage({ userId: row.ownerId, channelId, text: 'son', replyTo: null, key: null }))
      answered++
    })
  }
  await context.scheduler.run()
  if (answered < nodes.length) fail('what was done in a channel holds', `${nodes.length - answered} nodes no longer answer`)
}
