import { foldEmail } from '#domain/fold.js'
import { changedUser } from '#domain/accounts/user.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import type { Notifier } from '../ports/notifier.js'
import { provenUser, type Proof, type ProofPorts } from './change-password.js'
import { issueLink } from './mailed-secret.js'
import { updateUser } from './profile.js'

export interface ChangeEmailCommand extends Proof {
  readonly email: string
}

export interface ChangeEmailPorts extends ProofPorts {
  readonly notifier: Notifier
  readonly background: Background
  readonly identity: Identity
  readonly clock: Clock
  readonly linkBase: () => string
}

/**
 * Mails a link to the new address of a signed-in person, whose address stays as it is until the link is opened. Whether the new address
 * has an account is looked up after the answer, which does not reveal it.
 *
 * @throws not_found, wrong_password, too_many_attempts, busy
 */
export function makeChangeEmail (ports: ChangeEmailPorts) {
  const { users, throttle, notifier, background, identity, clock, linkBase } = ports
  return async function changeEmail ({ email: typed, ...proof }: ChangeEmailCommand): Promise<void> {
    const { userId, locale, epoch } = await provenUser(ports, proof)
    const email = foldEmail(typed)
    if (!await throttle.mail(email, proof.ip)) return
    background(async () => {
      if (await users.findByEmail(email) !== null) return
      const now = clock()
      const { link, kept } = issueLink('emailChange', userId, linkBase(), identity, now)
      await updateUser(users, userId, (user) => changedUser(user, { emailChange: { ...kept, email, epoch } }, now))
      await notifier.enqueue({ kind: 'new_address', to: email, userId, locale, data: { link }, dedupeKey: kept.digest })
    })
  }
}
