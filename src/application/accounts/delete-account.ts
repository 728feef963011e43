import { provenUser, type Proof, type ProofPorts } from './change-password.js'
import { eraseUser, type ErasurePorts } from './erase-person.js'

/**
 * Deletes the account of a user: see `eraseUser`. Messages and payments stay, under the id of a deleted user.
 *
 * @throws not_found, wrong_password, too_many_attempts, busy
 */
export function makeDeleteAccount ({ erasures, clock, ...ports }: ProofPorts & ErasurePorts) {
  return async function deleteAccount (proof: Proof): Promise<void> {
    await eraseUser({ users: ports.users, erasures, clock }, await provenUser(ports, proof))
  }
}
