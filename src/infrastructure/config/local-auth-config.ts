import { decodeKey, keyFromSecret, type LocalTokenOptions } from '#adapters/tokens/own-tokens.js'
import type { EnvironmentValues } from './environment.js'
import { SECRET_MIN_CHARACTERS } from './secrets.js'
import { ConfigError, linkBase, readAll, split, type SecretOf } from './variables.js'

export interface LocalAuthConfig extends LocalTokenOptions {
  readonly mode: 'local'
  readonly linkBase: string | null
  /** Under the first one the secrets of second factors are stored; none: there are no second factors. */
  readonly secondFactorKeys: readonly string[]
  /** Whether roles count only in sessions that were opened with a second factor. */
  readonly isSecondFactorRequired: boolean
}

/** The accounts of this service: the keys of its tokens, and where its links lead. @throws ConfigError */
export function localAuthConfig (values: EnvironmentValues, production: boolean, secretOf: SecretOf): LocalAuthConfig {
  const read = readAll({ keys: () => keysOf(values, production, secretOf), linkBase: () => linkBaseOf(values, production), secondFactorKeys: () => secondFactorKeysOf(values, production, secretOf) })
  return { mode: 'local', ...read, isSecondFactorRequired: values.SECOND_FACTOR_REQUIRED, issuer: values.JWT_ISSUER, audience: values.JWT_AUDIENCE }
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

function secondFactorKeysOf (values: EnvironmentValues, production: boolean, secretOf: SecretOf): readonly string[] {
  const keys = split(values.SECOND_FACTOR_KEYS)
  if (!keys.every(({ length }) => length >= SECRET_MIN_CHARACTERS)) throw new ConfigError('SECOND_FACTOR_KEYS', `must hold secrets of at least ${SECRET_MIN_CHARACTERS} characters`)
  if (keys.length > 0) return keys
  if (production && values.SECOND_FACTOR_REQUIRED) throw new ConfigError('SECOND_FACTOR_KEYS', 'must hold a secret where SECOND_FACTOR_REQUIRED is true')
  return production ? [] : [secretOf('SECOND_FACTOR_KEYS')]
}

function isKey (encoded: string): boolean {
  try {
    decodeKey(encoded)
    return true
  } catch {
    return false
  }
}
