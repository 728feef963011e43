/** The tokens by which a shop states what an order costs, and who sells it. */
export interface OrderTokens {
  /** Whether a payment needs one. */
  readonly required: boolean
  /**
   * The claims of a token, whose signature it checks and nothing else.
   *
   * @throws invalid_order_token; keys_unavailable while the keys of the shop cannot be fetched, because the token may be valid
   */
  readonly verify: (token: string) => Promise<Readonly<Record<string, unknown>>>
}
