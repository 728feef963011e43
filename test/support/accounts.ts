import type { Lasting } from './provider-server.js'
import { MemoryNotifier } from '#adapters/memory/accounts/notifier.js'
import { makeBackground } from '#adapters/system/system.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import type { AccountNotification } from '#application/ports/notifier.js'
import { settableClock, type SettableClock } from './builders.js'
import { type Answer, type Headers, type ServiceOptions, startService, type TestService, verifyTestToken } from './service.js'

/** The least work of scrypt. */
export const CHEAP = { ln: 1, r: 1, p: 1 }

/** Options for a service with the routes of accounts that accepts the tokens which tests sign, and takes messages to whom they name. */
export const WITH_ACCOUNTS = { env: { AUTH_MODE: 'local' }, replacements: { verifyToken: verifyTestToken, isReachable: async () => true, passwords: makeScryptPasswords({ cost: CHEAP }) } } satisfies ServiceOptions

export const PASSWORD = 'dört tane mavi atkı'

export interface AccountService extends TestService, SettableClock {
  readonly enqueued: () => readonly AccountNotification[]
  /** Resolves once the work after the answers is done. */
  readonly idle: () => Promise<void>
  /** The token of the last link in an e-mail. */
  readonly mailedToken: () => string
  /** Resolves with the answer once the work after it is done. */
  readonly post: (path: string, body: object, headers?: Headers) => Promise<Answer>
  /** Registers and confirms an account. */
  readonly join: (email: string, password?: string) => Promise<void>
  readonly signIn: (email: string, password?: string) => Promise<SignedIn>
}

export interface SignedIn {
  readonly accessToken: string
  readonly refreshToken: string
  readonly userId: string
  readonly headers: Headers
}

/** The real service with accounts in memory, a clock that the test moves, and e-mails that are collected. */
export async function startAccounts (t: Lasting, { env = {}, replacements = {}, ...options }: ServiceOptions = {}): Promise<AccountService> {
  const notifier = new MemoryNotifier()
  const time = settableClock()
  const runningBackground = makeBackground((error) => { throw error })
  const service = await startService(t, {
    ...options,
    env: { AUTH_MODE: 'local', PUBLIC_URL: 'https://shop.example', ...env },
    replacements: { notifier, runningBackground, clock: time.clock, passwords: makeScryptPasswords({ cost: CHEAP }), ...replacements },
  })
  const post: AccountService['post'] = async (path, body, headers) => {
    const answer = await service.call('POST', path, headers, body)
    await runningBackground.idle()
    return answer
  }
  const mailedToken = () => new URL(String(notifier.enqueued.findLast(({ data }) => data.link !== undefined)?.data.link)).searchParams.get('token') ?? ''

  async function signIn (email: string, password = PASSWORD): Promise<SignedIn> {
    const { status, text, body } = await post('/api/auth/login', { email, password })
    if (status !== 200) throw new Error(text)
    return signedInOf(body)
  }

  async function join (email: string, password = PASSWORD): Promise<void> {
    await post('/api/auth/register', { email, password, name: 'Ada' })
    const { status, text } = await post('/api/auth/verify-email', { token: mailedToken() })
    if (status !== 200) throw new Error(text)
  }

  return { ...service, ...time, enqueued: () => notifier.enqueued, idle: runningBackground.idle, mailedToken, post, join, signIn }
}

export function signedInOf (body: Answer['body']): SignedIn {
  const { accessToken, refreshToken, user } = body as unknown as SignedIn & { user: { userId: string } }
  return { accessToken, refreshToken, userId: user.userId, headers: { authorization: `Bearer ${accessToken}` } }
}
