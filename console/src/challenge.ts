import { signal } from '@preact/signals'

/**
 * What a person has to show before a request can go on: that they are who they were, because the session ended, or their second factor once more. The
 * dialog lies over the screen, which keeps everything that was typed.
 */
export type Need = 'session' | 'step-up'

interface Challenge {
  readonly need: Need
  readonly settle: (isMet: boolean) => void
}

/** The open challenge, which a dialog shows. */
export const challenge = signal<Challenge | null>(null)

let asked: Promise<boolean> = Promise.resolve(false)

/** Asks once for all requests that wait for the same. Resolves to whether the person has done it. */
export async function ask (need: Need): Promise<boolean> {
  if (challenge.peek()?.need !== need) {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const before = challenge.peek()
    asked = promise
    challenge.value = {
      need,
      settle: (isMet) => {
        challenge.value = null
        resolve(isMet)
        before?.settle(isMet)
      },
    }
  }
  return await asked
}

/** What the answer of a request needs before it can be sent again. */
export function needOf (status: number, code: unknown): Need | null {
  // Other codes are about what was sent, such as a wrong password.
  if (status === 401 && (code === undefined || code === 'unauthorized')) return 'session'
  return status === 403 && code === 'step_up_required' ? 'step-up' : null
}

/** Who is here, as far as it decides whether what waited may go on. */
interface Identity {
  readonly userId?: string
  readonly isSharedToken: boolean
}

/** Whether the same person, by the same means, has come back: what one person has begun, another does not end. */
export function isSame (one: Identity | null | undefined, other: Identity): boolean {
  return one != null && one.userId === other.userId && one.isSharedToken === other.isSharedToken
}
