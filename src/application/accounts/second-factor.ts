import { auditEntry, type Actor } from '#domain/audit.js'
import { RECOVERY_CODES, type SecondFactor } from '#domain/accounts/second-factor.js'
import { withCodeUsed, withSecondFactor, withSecret } from '#domain/accounts/second-factor-use.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { AccountKind } from '#domain/notifications/notification.js'
import type { Notifier } from '../ports/notifier.js'
import { provenUser, type Proof, type ProofPorts } from './change-password.js'
import { getUserOf, updateUser } from './profile.js'
import type { RequireStepUp } from './step-up.js'
import { changeByCode, recoveryDigestOf, type CodePorts, type TypedCode } from './use-code.js'

export interface SecondFactorPorts extends ProofPorts, CodePorts {
  readonly notifier: Notifier
  readonly requireStepUp: RequireStepUp
}

export interface NewSecret {
  /** In base32, for those who type it in. */
  readonly secret: string
  /** The same as an `otpauth://` address, which apps read from a picture. */
  readonly address: string
}

/** The second factor of an account: `POST` a secret, confirm it by a code, switch it off. */
export function makeSecondFactorUseCases (ports: SecondFactorPorts) {
  const { users, secondFactors, notifier, requireStepUp, identity, clock } = ports

  /** Says by mail that the second factor was switched on or off. */
  async function tell (kind: AccountKind, { userId, email, locale, version }: User): Promise<void> {
    await notifier.enqueue({ kind, to: email, userId, locale, data: {}, dedupeKey: `${userId}#${kind}#${version}` })
  }

  return {
    /** @throws not_found */
    readSecondFactor: async (userId: string): Promise<SecondFactor | null> => (await getUserOf(users, userId)).secondFactor,

    /** Makes a secret, which is shown this once. @throws second_factor_on, second_factor_unavailable, not_found, wrong_password, too_many_attempts, busy */
    beginSecondFactor: async (proof: Proof): Promise<NewSecret> => {
      const secret = secondFactors.newSecret()
      const sealed = secondFactors.seal(proof.userId, secret)
      const { userId, email } = await provenUser(ports, proof)
      await updateUser(users, userId, (user) => withSecret(user, sealed, clock()))
      return { secret, address: secondFactors.addressOf(secret, email) }
    },

    /** Switches it on by a code of the secret. Returns the recovery codes, which are shown this once. @throws second_factor_on, second_factor_off, wrong_code, not_found, too_many_attempts */
    confirmSecondFactor: async ({ userId, ...typed }: TypedCode & { readonly userId: string }): Promise<readonly string[]> => {
      const codes = Array.from({ length: RECOVERY_CODES }, () => secondFactors.newRecoveryCode())
      const digests = codes.map((code) => recoveryDigestOf(userId, code.replaceAll('-', ''), identity))
      const user = await changeByCode(ports, await getUserOf(users, userId), typed, (current, read) => withSecondFactor(current, read, digests, clock()))
      await tell('second_factor_on', user)
      return codes
    },

    /** Switches it off. @throws second_factor_off, wrong_code, not_found, wrong_password, too_many_attempts, busy */
    endSecondFactor: async ({ code, ...proof }: Proof & TypedCode): Promise<void> => {
      const proven = await provenUser(ports, proof)
      const user = await changeByCode(ports, proven, { code, ip: proof.ip }, (current, read) => ({ ...withCodeUsed(current, read, clock()), secondFactor: null }))
      await tell('second_factor_off', user)
    },

    /** Takes the second factor of another person away, who has lost it, with an audit entry in the same step. Without one nothing changes. @throws own_account, step_up_required, not_found */
    takeSecondFactor: async ({ actor, userId }: { readonly actor: Actor, readonly userId: string }): Promise<void> => {
      if (actor.caller.userId === userId) throw new DomainError('own_account', 'switch off your own second factor by DELETE /api/auth/second-factor')
      await requireStepUp(actor.caller)
      const now = clock()
      const auditId = identity.random('aud')
      const step = { isTaken: false }
      const user = await updateUser(users, userId, (before) => {
        step.isTaken = before.secondFactor !== null
        return step.isTaken ? changedUser(before, { secondFactor: null }, now) : before
      }, () => auditEntry(actor, { action: 'takeSecondFactor', targetId: userId, outcome: 'done', detail: {} }, auditId, now))
      if (step.isTaken) await tell('second_factor_off', user)
    },
  }
}
