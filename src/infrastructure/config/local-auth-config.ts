import { decodeKey, keyFromSecret, type LocalTokenOptions } from '#adapters/tokens/own-tokens.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError, linkBase, readAll, split, type SecretOf } from './variables.js'

export type LocalAuthConfig = { readonly mode: 'local', readonly linkBase: string | null } & LocalTokenOptions

/** The accounts of this service: the keys of its tokens, and where its links lead. @throws ConfigError */
export function localAuthConfig (values: EnvironmentValues, production: boolean, secretOf: SecretOf): LocalAuthConfig {
  const read = readAll({ keys: () => keysOf(values, production, secretOf), linkBase: () => linkBaseOf(values, production) })
  return { mode: 'local', ...read, issuer: values.JWT_ISSUER, audience: values.JWT_AUDIENCE }
}

function linkBaseOf ({ RESET_URL_BASE: own, PUBLIC_URL: common }: EnvironmentValues, production: boolean): string | null {
  const base = (own ?? common ?? '').replace(/\/+$/, '')
  if (base === '' ? production : !/^https?:\/\/[^?#]+$/.test(base) || !URL.canParse(base)) {
    throw new ConfigError('RESET_URL_BASE', 'must be an http(s) address without a query, or PUBLIC_URL must be set')
  }
  if (base === '') return null
  return linkBase(own === undefined ? 'PUBLIC_URL' : 'RESET_URL_BASE', base, production)
}

function keysOf (values: EnvironmentValues, production: boolean, secretOf: SecretOf): LocalAuthConfig['keys'] {
  const [signing, ...older] = split(values.ACCESS_TOKEN_KEYS)
  if (production && signing === undefined) throw new ConfigError('ACCESS_TOKEN_KEYS', 'must hold a private key when AUTH_MODE is local')
  const keys = [signing ?? keyFromSecret(secretOf('ACCESS_TOKEN_KEYS')), ...older] as const
  if (!keys.every(isKey)) throw new ConfigError('ACCESS_TOKEN_KEYS', 'must hold Ed25519 or P-256 keys as base64 of PKCS #8')
  return keys
}

function isKey (encoded: string): boolean {
  try {
    decodeKey(encoded)
    return true
  } catch {
    return false
  }
}
