import type { StepUpAmounts } from '#domain/payments/step-up-amount.js'
import { isCurrency } from '#domain/money.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError, split } from './variables.js'

/** Null: no refund asks for a code. @throws ConfigError */
export function stepUpAmountsOf ({ STEP_UP_AMOUNT: text }: Pick<EnvironmentValues, 'STEP_UP_AMOUNT'>): StepUpAmounts | null {
  const limits = split(text).map((part): [currency: string, amount: number] => {
    const [, currency = '', amount = ''] = /^([A-Z]{3}):(\d{1,11})$/.exec(part) ?? []
    if (!isCurrency(currency)) throw new ConfigError('STEP_UP_AMOUNT', 'must hold minor units by currency, such as TRY:500000,USD:20000')
    return [currency, Number(amount)]
  })
  const amounts = new Map(limits)
  if (amounts.size < limits.length) throw new ConfigError('STEP_UP_AMOUNT', 'must name each currency once')
  return amounts.size === 0 ? null : amounts
}
