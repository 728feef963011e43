import { PASSWORD, startAccounts, type SignedIn } from './accounts.js'
import type { Lasting } from './provider-server.js'
import { adminToken, type ServiceOptions } from './service.js'
import { codeOf } from './totp.js'

export const EMAIL = 'ada@example.com'
const STEP_MS = 30_000

export interface Guarded extends SignedIn {
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** Another code of six digits. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

/** The service with accounts, and people who have a second factor. */
export async function startGuarded (t: Lasting, options: ServiceOptions = {}) {
  const service = await startAccounts(t, options)
  const { join, signIn, call, post, clock, advance } = service

  /** The code of the next step, so that it was never used. */
  function code ({ secret }: Pick<Guarded, 'secret'>): string {
    advance(STEP_MS)
    return codeOf(secret, clock())
  }

  async function enrolled (email = EMAIL): Promise<Guarded> {
    await join(email)
    const person = await signIn(email)
    const { body: { secret } } = await post('/api/auth/second-factor', { password: PASSWORD }, person.headers) as unknown as { body: { secret: string } }
    const { status, body } = await post('/api/auth/second-factor/confirm', { code: code({ secret }) }, person.headers)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return { ...person, secret, recoveryCodes: body['recoveryCodes'] as string[] }
  }

  return {
    ...service,
    code,
    enrolled,
    login: async (code?: string, password = PASSWORD, email = EMAIL) => await post('/api/auth/login', { email, password, ...(code !== undefined && { code }) }),
    read: async ({ headers }: SignedIn) => (await call('GET', '/api/auth/second-factor', headers)).body,
    stepUp: async ({ headers }: SignedIn, code: string) => await post('/api/auth/step-up', { code }, headers),
    setRole: async ({ userId }: SignedIn, role: string, headers = adminToken) => await call('PATCH', `/api/admin/users/${userId}`, headers, { role }),
  }
}
