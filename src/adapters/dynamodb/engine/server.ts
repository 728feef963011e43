import { setTimeout } from 'node:timers/promises'

/** Where DynamoDB is, and the credentials for it. */
export interface ServerOptions {
  readonly region: string
  /** Another server than that of AWS. */
  readonly endpoint?: string | undefined
  /** Without them, the SDK looks where it always does: environment, files, role of the machine. */
  readonly credentials?: { readonly accessKeyId: string, readonly secretAccessKey: string } | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** The server and the credentials that an environment names; an empty variable counts as unset. */
export function serverOptions (environment: Environment): ServerOptions {
  const region = environment['AWS_REGION'] || 'us-east-1'
  const endpoint = environment['DYNAMODB_ENDPOINT'] || undefined
  // A server for development takes any credentials, but wants some. AWS itself is always asked over TLS.
  const isLocal = endpoint?.startsWith('http:') === true && !environment['AWS_ACCESS_KEY_ID'] && !environment['AWS_PROFILE']
  return { region, endpoint, credentials: isLocal ? { accessKeyId: 'local', secretAccessKey: 'local' } : undefined }
}

/** A service that names roles answers within milliseconds. The machine of a developer has none, and must not wait for one. */
const PROBE_MAX_MS = 500

/**
 * Whether the SDK finds credentials: in the environment, the files and their profiles, single sign-on, or the role of the container or machine.
 * Imports the SDK only when it is called, because a service in memory needs none of it.
 */
export async function hasCredentials (maxMs = PROBE_MAX_MS): Promise<boolean> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
  const asked = defaultProvider({ timeout: maxMs, maxRetries: 0 })().then(() => true, () => false)
  return await Promise.race([asked, setTimeout(maxMs, false, { ref: false })])
}
