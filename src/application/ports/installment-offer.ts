export interface InstallmentQuery {
  /** Minor units of `currency`. */
  readonly amount: number
  readonly currency: string
  /** The first 6 to 8 digits of a card; null asks for the cards of all banks. It is neither logged nor stored. */
  readonly bin: string | null
}

/** What a payer may choose from with the cards of one bank. */
export interface CardInstallments {
  readonly bank: string | null
  /** The name of the bank's credit cards, such as Bonus. */
  readonly cardFamily: string | null
  readonly cardType: string | null
  readonly cardAssociation: string | null
  /** Whether they are cards of companies. */
  readonly commercial: boolean
  /** By count. Amounts are in minor units, and `total` contains the surcharge. */
  readonly installments: ReadonlyArray<{ readonly count: number, readonly monthly: number, readonly total: number }>
}

export type InstallmentAnswer = { readonly kind: 'found', readonly cards: readonly CardInstallments[] } | { readonly kind: 'unknown', readonly reason: string }

/** The installments that a payment provider takes. */
export interface InstallmentOffer {
  readonly currencies: readonly string[]
  /** Answers `unknown` where the provider does not answer, and no cards for one that it does not know. */
  readonly find: (query: InstallmentQuery) => Promise<InstallmentAnswer>
}
