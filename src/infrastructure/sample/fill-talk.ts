import type { SampleChannel } from './channels.js'
import type { Conversation } from './talk.js'
import type { Tally } from './tally.js'

export async function fillConversation ({ call, counted }: Tally, { name, buyer: { id: buyer }, seller: { id: seller }, texts, unwanted, isRead }: Conversation): Promise<void> {
  for (const [index, message] of texts.entries()) {
    const [as, receiverId] = index % 2 === 0 ? [buyer, seller] : [seller, buyer]
    await counted({ as, method: 'POST', path: '/api/messages', body: { receiverId, message, clientMessageId: `${name}-${index}` } })
  }
  if (unwanted !== null) {
    const { body: { messageId } } = await counted({ as: buyer, method: 'POST', path: '/api/messages', body: { receiverId: seller, message: unwanted, clientMessageId: `${name}-unwanted` } })
    await call({ as: seller, method: 'POST', path: `/api/messages/${String(messageId)}/report`, body: { reason: 'fraud' } })
  }
  if (!isRead) return
  await call({ as: buyer, method: 'PUT', path: `/api/conversations/${seller}/read` })
  await call({ as: seller, method: 'PUT', path: `/api/conversations/${buyer}/read` })
}

/** Its messages are known by their number: a channel forgets their keys after ten minutes. */
export async function fillChannel ({ call, counted, found }: Tally, { key, name, kind, owner, members, lines }: SampleChannel): Promise<void> {
  const { body: { channelId, messageCount } } = await counted({ as: owner.id, method: 'POST', path: '/api/channels', key, body: { name, kind } })
  const path = `/api/channels/${String(channelId)}`
  const written = Math.min(Number(messageCount), lines.length)
  found(written)
  if (written === 0) {
    for (const { id } of members) {
      if (kind === 'public') await call({ as: id, method: 'POST', path: `${path}/join` })
      else await call({ as: owner.id, method: 'PUT', path: `${path}/members/${id}`, body: { role: 'member' } })
    }
  }
  for (const { by: { id: as }, text } of lines.slice(written)) await counted({ as, method: 'POST', path: `${path}/messages`, body: { text } })
}
