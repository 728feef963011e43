import { loadConfigWithCredentials } from '../config/credentials.js'
import type { Config } from '../config/config.js'
import type { ConfigError } from '../config/variables.js'
import { fault, note, ok, type Finding } from './finding.js'

const GUIDE = 'docs/configuration.md says what each variable takes'

/** In place of the secrets that development keeps: a look makes none. */
const NO_SECRET = 'no token and no link is ever signed with this one'

/** The configuration, and null where it has faults: nothing else can be looked at then. */
export async function checkConfiguration (env: NodeJS.ProcessEnv): Promise<{ readonly config: Config | null, readonly findings: readonly Finding[] }> {
  try {
    const config = await loadConfigWithCredentials(env, () => NO_SECRET)
    const { production, mode, providers, strangers } = config
    const says = `${production ? 'production' : 'development'}, ${mode === 'memory' ? 'memory mode' : 'DynamoDB mode'}, payments by ${providers.map(({ name }) => name).join(', ')}`
    return { config, findings: [ok('configuration', says), ...strangers.map((stranger) => note('configuration', stranger, GUIDE))] }
  } catch (error) {
    return { config: null, findings: [...(error as ConfigError).faults.map((line) => fault('configuration', line, GUIDE)), note('the rest', 'is looked at once the configuration has no fault')] }
  }
}
