import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { nullable, ref, strict } from '../shared/schemas.js'
import { Sum } from './reversal-schemas.js'
import { Amount, Currency } from './schemas.js'

export const ListInstallmentsBody = Type.Object({
  amount: Amount,
  currency: Currency,
  bin: Type.Optional(Type.String({ pattern: '^[0-9]{6,8}$', description: 'The first 6 to 8 digits of the card, never more. Without it the answer holds the cards of all banks' })),
}, { $id: 'ListInstallmentsBody', ...strict, examples: [{ amount: 12500, currency: 'TRY', bin: '554960' }] })

export const Installments = Type.Object({
  cards: Type.Array(Type.Object({
    bank: nullable(Type.String()),
    cardFamily: nullable(Type.String({ description: 'The name of the credit cards of the bank, such as Bonus' })),
    cardType: nullable(Type.String()),
    cardAssociation: nullable(Type.String()),
    commercial: Type.Boolean({ description: 'Whether they are cards of companies' }),
    installments: Type.Array(Type.Object({
      count: Type.Integer({ minimum: 1 }),
      monthly: Sum,
      total: Type.Integer({ minimum: 0, description: 'Minor units, with the surcharge that the payer pays' }),
    }, { title: 'InstallmentOption' })),
  }, { title: 'CardInstallments' }), { description: 'Empty for a card that the provider does not know' }),
}, {
  $id: 'Installments',
  examples: [{
    cards: [{
      bank: 'Garanti Bankası',
      cardFamily: 'Bonus',
      cardType: 'CREDIT_CARD',
      cardAssociation: 'MASTER_CARD',
      commercial: false,
      installments: [{ count: 1, monthly: 12500, total: 12500 }, { count: 3, monthly: 4350, total: 13050 }],
    }],
  }],
})

/** Tables a minute and caller: each may cost a request to the provider. */
const rateLimit = { max: 60 }

export const installmentRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { listInstallments }) => {
  app.post('/api/payments/installments', {
    config: { policy: 'user', rateLimit, refuses: ['invalid_amount', 'unsupported_currency', 'not_offered', 'provider_unavailable'] },
    schema: {
      ...describe('listInstallments', 'Payments', 'What a payer may pay in installments, and what it costs, with the cards of each bank or with one card. It changes nothing'),
      body: ref(ListInstallmentsBody),
      response: { 200: ref(Installments) },
    },
  }, async (request, reply) => {
    const { amount, currency, bin = null } = request.body
    reply.header('cache-control', 'no-store')
    const cards = await listInstallments({ amount, currency, bin })
    return { cards: cards.map(({ installments, ...card }) => ({ ...card, installments: [...installments] })) }
  })
}
