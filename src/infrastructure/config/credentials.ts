import { dependsOnCredentials, loadConfig, type Config } from './config.js'
import type { SecretOf } from './variables.js'

/** The configuration of an environment, with a look for credentials of AWS where the mode depends on them. @throws ConfigError */
export async function loadConfigWithCredentials (env: NodeJS.ProcessEnv, secretOf: SecretOf): Promise<Config> {
  const hasCredentials = dependsOnCredentials(env) && await (await import('#adapters/dynamodb/engine/server.js')).hasCredentials()
  return loadConfig(env, secretOf, hasCredentials)
}
