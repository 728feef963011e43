/** What a client saw of the service. */
export interface Outcome {
  readonly sent: string
  readonly listed: readonly string[]
  readonly action: string
  readonly refusal: string
  readonly missing: string
}

/** What each client does. */
export type Visit = (baseUrl: string, token: string) => Promise<Outcome>

export const MESSAGE = { receiverId: 'mehmet', message: 'Is the blue one still available?' }

export function order (orderId: string, token: string) {
  return { amount: 12500, currency: 'TRY', orderId, paymentMethod: { token } }
}

/** @throws Error for an answer without a body that a client could read */
export function present<T> (value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`)
  return value
}
