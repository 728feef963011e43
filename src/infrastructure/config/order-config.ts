import type { OrderTokenOptions } from '#adapters/tokens/order-tokens.js'
import type { EnvironmentValues } from './environment.js'
import { SECRET_MIN_CHARACTERS } from './secrets.js'
import { address, ConfigError, readAll, split } from './variables.js'

/** Whose word the amount and the seller of a payment are. @throws ConfigError */
export function orderConfig (values: EnvironmentValues, production: boolean): OrderTokenOptions {
  const { ORDERS: orders = production ? null : 'open' } = values
  const { keysUrl, secrets } = readAll({
    keysUrl: () => values.ORDER_JWKS_URL === undefined ? null : address('ORDER_JWKS_URL', values.ORDER_JWKS_URL, production),
    secrets: () => secretsOf(values),
    orders: () => {
      if (orders !== null) return
      throw new ConfigError('ORDERS', 'must be signed or open in production: open takes amount and seller from the payer, and the shop has to compare them before it delivers')
    },
  })
  if (orders === 'signed' && secrets.length === 0 && keysUrl === null) {
    throw new ConfigError('ORDER_TOKEN_SECRETS', 'must hold a secret where ORDERS is signed, or ORDER_JWKS_URL must be set')
  }
  return { required: orders === 'signed', secrets, keysUrl }
}

function secretsOf (values: EnvironmentValues): string[] {
  const secrets = split(values.ORDER_TOKEN_SECRETS)
  if (!secrets.every(({ length }) => length >= SECRET_MIN_CHARACTERS)) throw new ConfigError('ORDER_TOKEN_SECRETS', `must hold secrets of at least ${SECRET_MIN_CHARACTERS} characters`)
  return secrets
}
