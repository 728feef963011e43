import type { OrderTokenOptions } from '#adapters/tokens/order-tokens.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError, split } from './variables.js'

const SECRET_MIN_CHARACTERS = 32

/** Whose word the amount and the seller of a payment are. @throws ConfigError */
export function orderConfig (values: EnvironmentValues, production: boolean): OrderTokenOptions {
  const { ORDERS: orders = production ? null : 'open', ORDER_JWKS_URL: keysUrl = null } = values
  const secrets = split(values.ORDER_TOKEN_SECRETS)
  if (orders === null) {
    throw new ConfigError('ORDERS', 'must be signed or open in production: open takes amount and seller from the payer, and the shop has to compare them before it delivers')
  }
  if (!secrets.every(({ length }) => length >= SECRET_MIN_CHARACTERS)) throw new ConfigError('ORDER_TOKEN_SECRETS', `must hold secrets of at least ${SECRET_MIN_CHARACTERS} characters`)
  if (keysUrl !== null && !isAddress(keysUrl, production)) throw new ConfigError('ORDER_JWKS_URL', 'must be such as https://shop.example/keys, in production over https')
  if (orders === 'signed' && secrets.length === 0 && keysUrl === null) {
    throw new ConfigError('ORDER_TOKEN_SECRETS', 'must hold a secret where ORDERS is signed, or ORDER_JWKS_URL must be set')
  }
  return { required: orders === 'signed', secrets, keysUrl }
}

function isAddress (text: string, production: boolean): boolean {
  return URL.canParse(text) && (production ? ['https:'] : ['https:', 'http:']).includes(new URL(text).protocol)
}
