/** What a room has sold, by currency, whatever the product. */
export function soldOf (revenue: ReadonlyArray<{ readonly currency: string, readonly amount: number }>): ReadonlyArray<{ readonly currency: string, readonly amount: number }> {
  const sums = new Map<string, number>()
  for (const { currency, amount } of revenue) sums.set(currency, (sums.get(currency) ?? 0) + amount)
  return [...sums].map(([currency, amount]) => ({ currency, amount }))
}
