import type Stripe from 'stripe'
import { ask } from './client.js'
import { NoAnswer } from '#adapters/exchange/http.js'

const ITEMS_PER_PAGE = 100

/** More refunds than the payment of a shop has. Where there are more, the answer is incomplete and no facts are taken from it. */
const PAGES_MAX = 10

/** Everything of a list. @throws NoAnswer */
export async function listed<Item extends { readonly id: string }> (
  what: string,
  page: (of: { readonly limit: number, readonly starting_after?: string }) => Promise<Stripe.ApiList<Item>>
): Promise<Item[]> {
  const items: Item[] = []
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const last = items.at(-1)
    const answer = await ask(async () => await page({ limit: ITEMS_PER_PAGE, ...(last !== undefined && { starting_after: last.id }) }))
    if ('refused' in answer || !Array.isArray(answer.value.data)) break
    items.push(...answer.value.data)
    if (!answer.value.has_more) return items
  }
  throw new NoAnswer(`Stripe did not list all ${what}`)
}
