import { PASSWORD, type AccountService } from '../support/accounts.js'
import type { Headers } from '../support/service.js'
import { codeOf } from '../support/totp.js'
import type { Caller } from './operations.js'

/** Operations that take the code of an app, and the time after which it shows another one. */
export const OF_APPS = ['confirmSecondFactor', 'endSecondFactor', 'stepUp']
export const STEP_MS = 30_000
/** People with a second factor, and `beginner`, who may get one. */
export const GUARDED = ['beginner', 'guarded', 'unguarded'] as const

/** The apps of callers that show codes. */
export function makeApps ({ join, signIn, call, clock }: AccountService) {
  const secrets = new Map<Caller, string>()
  const code = (caller: Caller): string => codeOf(secrets.get(caller) ?? '', clock())

  function learn (caller: Caller, secret: unknown): void {
    if (typeof secret === 'string') secrets.set(caller, secret)
  }

  return {
    code,
    learn,

    /** Opens an account, with a second factor where the caller has one. */
    join: async (caller: typeof GUARDED[number], email: string): Promise<Headers> => {
      await join(email)
      const { headers } = await signIn(email)
      if (caller !== 'beginner') {
        learn(caller, (await call('POST', '/api/auth/second-factor', headers, { password: PASSWORD })).body['secret'])
        await call('POST', '/api/auth/second-factor/confirm', headers, { code: code(caller) })
      }
      return headers
    },
  }
}
