import { existsSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { makeConsoleUseCases } from '#application/accounts/console-sessions.js'
import { makeThrottle } from '#application/accounts/throttle.js'
import type { EntranceOptions } from '#adapters/http/console/entrance.js'
import { makeConsolePages } from '#adapters/http/console/pages.js'
import type { ConsoleOptions } from '#adapters/http/console/routes.js'
import { makePersonOf } from '#adapters/http/guards/bearer.js'
import { oneOfSecrets } from '#adapters/http/guards/secrets.js'
import { makeConsoleLinks } from '#adapters/tokens/console-links.js'
import { SCOPES } from '#domain/accounts/permissions.js'
import type { Cradle } from './cradle.js'

/** Where the build puts the console. */
export const CONSOLE_FOLDER = join(dirname(String(findPackageJSON(import.meta.url))), 'build/console')

/** The sessions of the operators' console. Null: there is none. */
export function makeOperatorsConsole (ports: Cradle): ConsoleOptions | null {
  const { config, access, attempts, identity, clock, useCases, verifyToken } = ports
  const { auth, production, adminTokens, tokenRoles } = config
  if (!config.console) return null
  return {
    authMode: auth.mode,
    isDevelopment: !production,
    isSecure: production || config.publicUrl?.startsWith('https:') === true,
    checkConsole: access.checkConsole,
    useCases: makeConsoleUseCases({ sessions: access.sessions, attempts, identity, clock, isSecondFactorRequired: auth.mode === 'local' && auth.isSecondFactorRequired }, useCases),
    identifyUser: access.accounts?.useCases.identifyUser ?? null,
    throttle: makeThrottle({ attempts, identity, clock }),
    isAdminToken: oneOfSecrets(adminTokens),
    personOf: auth.mode === 'local' ? null : makePersonOf({ verifyToken, tokenRoles }),
    readLink: makeReadLink(ports),
  }
}

/** The link of the banner lets the administrator in whose token stands beside it; there is none in production, and where others sign the tokens. */
function makeReadLink ({ config: { production, auth }, clock }: Pick<Cradle, 'config' | 'clock'>): EntranceOptions['readLink'] {
  if (production || auth.mode !== 'secret') return () => null
  const links = makeConsoleLinks(auth.secret)
  return (code) => {
    const untilMs = links.read(code, Date.parse(clock()))
    return untilMs === null ? null : { by: 'link', userId: 'admin', role: 'admin', scopes: SCOPES, until: new Date(untilMs).toISOString() }
  }
}

export function makeOperatorsPages ({ config, consoleFolder: folder }: Pick<Cradle, 'config' | 'consoleFolder'>): readonly FastifyPluginAsync[] {
  return config.console ? [makeConsolePages({ folder, isBuilt: () => existsSync(join(folder, 'index.html')) })] : []
}
