import type { OpenStores } from '#application/ports/stores.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeService, type Service } from '#infrastructure/server.js'
import { ISSUER } from '../caller.js'

/** The service on a store, without a log, and with limits that no benchmark reaches. Closing its app closes the store. */
export async function serviceOn (store: OpenStores): Promise<Service> {
  const env = { USE_DYNAMODB: 'false', PORT: '0', JWT_SECRET: ISSUER.secret, RATE_LIMIT_MAX: '1000000000', FIRST_MESSAGES_PER_DAY: '0' }
  const config = { ...loadConfig(env, () => 'nothing else is secret in a benchmark'), eventLoopDelayMaxMs: 0 }
  return await makeService(config, makeLogger({ level: 'silent', secrets: [], write: () => {} }), { openedStores: store })
}
