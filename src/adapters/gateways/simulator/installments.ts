import type { InstallmentOffer } from '#application/ports/installment-offer.js'

/** Hundredths of a percent that the payer pays beyond the amount, by count. */
const SURCHARGES: ReadonlyArray<readonly [count: number, surcharge: number]> = [[1, 0], [2, 200], [3, 300], [6, 600], [9, 900], [12, 1200]]

/** An invented table, the same for each card. */
export const installments: InstallmentOffer = {
  currencies: ['TRY'],
  find: async ({ amount }) => ({
    kind: 'found',
    cards: [{
      bank: 'Simulator Bank',
      cardFamily: 'Simulated',
      cardType: 'CREDIT_CARD',
      cardAssociation: null,
      commercial: false,
      installments: SURCHARGES.map(([count, surcharge]) => {
        const total = amount + Math.round(amount * surcharge / 10_000)
        return { count, monthly: Math.round(total / count), total }
      }),
    }],
  }),
}
