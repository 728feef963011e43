import type { FastifyRequest } from 'fastify'
import type { ConsoleCheck, Entered } from '#application/accounts/check-console-session.js'
import type { Bearer } from './bearer.js'

export interface ConsoleCookieOptions {
  /** Browsers keep a name with `__Host-` to this host, to TLS and to cookies that are set with it. Development without TLS has the plain name. */
  readonly isSecure: boolean
  readonly checkConsole: ConsoleCheck['checkConsole']
}

/** 256 bits in base64url. */
const SECRET = /^[\w-]{43}$/

/** Whether the console sends the request, from a page of this origin: no page of another one can, as scripts set neither header there. */
export function isFromConsole ({ headers }: FastifyRequest): boolean {
  return headers['x-console'] === '1' && headers['sec-fetch-site'] === 'same-origin'
}

/** The cookie as it is set; null ends it. It says no end, so that it goes with the browser. */
export function consoleCookie (secret: string | null, isSecure: boolean): string {
  return `${nameOf(isSecure)}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${secret === null ? '; Max-Age=0' : ''}`
}

/** The secret in the cookie of a request, where it counts; null on every other route and in every other request. */
export function consoleSecretOf (request: FastifyRequest, isSecure: boolean): string | null {
  const { policy, scope, takesConsole } = request.routeOptions.config
  if ((policy !== 'console' && scope === undefined && takesConsole !== true) || !isFromConsole(request)) return null
  const prefix = `${nameOf(isSecure)}=`
  const cookie = request.headers.cookie?.split(/; */).find((one) => one.startsWith(prefix))?.slice(prefix.length)
  return cookie !== undefined && SECRET.test(cookie) ? cookie : null
}

export function bearerOf ({ session, userId, user, scopes }: Entered): Bearer {
  // Without an account there is nothing to look at in the session but its end.
  const own = user === null ? {} : { email: user.email, verifiedEmail: user.email, sessionId: session.sessionId }
  return { who: { userId, admin: false, ...own }, scopes, until: session.expiresAt }
}

function nameOf (isSecure: boolean): string {
  return isSecure ? '__Host-console' : 'console'
}
