import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import { loadConfig, type Config } from '../config/config.js'
import { ConfigError } from '../config/variables.js'
import { developmentSecrets } from './development-secrets.js'

export interface UserTokens {
  readonly config: Config
  /** Signs the token of a user, which lives this long. @throws ConfigError for one that the service would refuse */
  readonly sign: (claims: { readonly sub: string, readonly role?: string | undefined, readonly email?: string | undefined }, lifetimeMs: number) => string
}

/** Signs tokens with the secret of the service. @throws ConfigError where others sign them */
export function loadUserTokens (env: NodeJS.ProcessEnv): UserTokens {
  const config = loadConfig(env, developmentSecrets(process.cwd()))
  const { auth, tokenMaxMs } = config
  if (auth.mode !== 'secret') throw new ConfigError('AUTH_MODE', `is ${auth.mode}: this command signs tokens where it is secret`)
  return {
    config,
    sign: ({ sub, role, email }, lifetimeMs) => {
      if (lifetimeMs > tokenMaxMs) throw new ConfigError('TOKEN_MAX_HOURS', 'lets no token live that long')
      return makeSecretTokenSigner(auth, lifetimeMs)({ sub, role, ...(email === undefined ? {} : { email, email_verified: true }) })
    },
  }
}
