import { setTimeout } from 'node:timers/promises'
import { defaultProvider } from '@aws-sdk/credential-provider-node'

/** The machine of a developer has no service that tells of roles, and must not wait for it; where there is one, it answers within milliseconds. */
const PROBE_MAX_MS = 500

/** Whether anything of what the SDK asks has credentials: the environment, the files and their profiles, single sign-on, the role of the container or machine. */
export async function hasCredentials (maxMs = PROBE_MAX_MS): Promise<boolean> {
  const asked = defaultProvider({ timeout: maxMs, maxRetries: 0 })().then(() => true, () => false)
  return await Promise.race([asked, setTimeout(maxMs, false, { ref: false })])
}
