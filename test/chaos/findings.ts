import type { Stores } from '#application/ports/stores.js'
import { conversationIdOf } from '#domain/messages/message.js'
import { pages } from '../contracts/fixtures.js'
import type { Acknowledged } from './traffic.js'

export interface Findings {
  readonly lost: number
  readonly doubled: number
}

/** What became of all that was acknowledged, as the store itself tells. */
export async function findingsOf (stores: Stores, acknowledged: readonly Acknowledged[]): Promise<Findings> {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const person of new Set(acknowledged.map((one) => one.person))) {
    const conversation = conversationIdOf(person, person.replace('ayse', 'mehmet'))
    for (const { message } of (await pages(async (page) => await stores.messages.listConversation(conversation, page), 100)).flat()) count(message)
    const payments = (await pages(async (page) => await stores.payments.listOfUser(person, null, page), 100)).flat()
    for (const { orderId, capturedAmount } of payments) if (capturedAmount > 0) count(orderId)
  }
  return {
    lost: acknowledged.filter(({ name }) => !counts.has(name)).length,
    doubled: [...counts.values()].filter((times) => times > 1).length,
  }
}
