import type { CardInstallments, InstallmentAnswer, InstallmentQuery } from '#application/ports/installment-offer.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { formatMoney } from '#domain/money.js'
import { INSTALLMENT_COUNTS } from './checkout-form.js'
import { type Client, notOfCard } from './client.js'
import { amountOf, type Fields, listOf, textOf } from './fields.js'

/** Where tables of installments are asked for. */
export const INSTALLMENTS = '/payment/iyzipos/installment'

/** The installments that iyzico offers for an amount, of the card with these first digits or of all banks. iyzico does not sign them. @throws NoAnswer */
export async function findInstallments (client: Client, query: InstallmentQuery, conversationId: string): Promise<InstallmentAnswer> {
  const answer = await client.post(INSTALLMENTS, null, { locale: 'tr', conversationId, price: formatMoney(query), ...(query.bin === null ? {} : { binNumber: query.bin }) })
  if ('refused' in answer) {
    if (answer.meaning === 'unknown' || notOfCard(answer.refused.code) === 'access') throw new NoAnswer(`iyzico refused a table of installments, with code ${answer.refused.code}`)
    // It knows no card with these digits.
    return { kind: 'found', cards: [] }
  }
  if (textOf(answer.fields, 'conversationId') !== conversationId) throw new NoAnswer('iyzico answered another table of installments')
  return { kind: 'found', cards: listOf(answer.fields, 'installmentDetails').map((card) => cardOf(card, query.currency)) }
}

function cardOf (card: Fields, currency: string): CardInstallments {
  return {
    bank: named(card, 'bankName'),
    cardFamily: named(card, 'cardFamilyName'),
    cardType: named(card, 'cardType'),
    cardAssociation: named(card, 'cardAssociation'),
    commercial: textOf(card, 'commercial') === '1',
    installments: listOf(card, 'installmentPrices')
      .map((price) => ({ count: Number(textOf(price, 'installmentNumber')), monthly: amountOf(price, 'installmentPrice', currency), total: amountOf(price, 'totalPrice', currency) }))
      .filter(({ count }) => INSTALLMENT_COUNTS.includes(count)),
  }
}

function named (card: Fields, name: string): string | null {
  const text = textOf(card, name)
  return text === '' ? null : text
}
