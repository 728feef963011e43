import { tombstone } from '#domain/accounts/user.js'
import type { Clock } from '../ports/system.js'
import { provenUser, type Proof, type ProofPorts } from './change-password.js'
import { updateUser } from './profile.js'

/**
 * Deletes the personal data of a user and frees the address. Messages and payments stay, under the id of a deleted user.
 *
 * @throws not_found, wrong_password, too_many_attempts, busy
 */
export function makeDeleteAccount ({ clock, ...ports }: ProofPorts & { readonly clock: Clock }) {
  return async function deleteAccount (proof: Proof): Promise<void> {
    await provenUser(ports, proof)
    await updateUser(ports.users, proof.userId, (user) => tombstone(user, clock()))
  }
}
