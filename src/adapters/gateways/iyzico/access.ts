import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import { NoAnswer, NotTaken } from '#adapters/exchange/http.js'
import { type Client, notOfCard } from './client.js'
import { INSTALLMENTS } from './installments.js'

/** Asks for the installments of one lira, which changes nothing. @throws NoAnswer, NotTaken */
export async function checkAccess (client: Client, conversationId: string): Promise<AccessAnswer> {
  const answer = await client.post(INSTALLMENTS, null, { locale: 'tr', conversationId, price: '1' })
  if (!('refused' in answer)) return { kind: 'accepted' }
  const { code } = answer.refused
  if (notOfCard(code) === 'access') throw new NotTaken(`iyzico refused our key, with code ${code}`, 'access', code)
  throw new NoAnswer(`iyzico refused a table of installments, with code ${code}`)
}
