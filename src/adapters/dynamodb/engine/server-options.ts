/** Where DynamoDB is and as whom to ask it. */
export interface ServerOptions {
  readonly region: string
  /** Another server than that of AWS. */
  readonly endpoint?: string | undefined
  /** Without them, the SDK looks where it always does: environment, files, role of the machine. */
  readonly credentials?: { readonly accessKeyId: string, readonly secretAccessKey: string } | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** The server and the credentials that an environment means; an empty variable counts as unset. */
export function serverOptions (environment: Environment): ServerOptions {
  const region = environment['AWS_REGION'] || 'us-east-1'
  const endpoint = environment['DYNAMODB_ENDPOINT'] || undefined
  // A server for development takes any credentials, but some there must be. AWS itself is never asked without TLS.
  const isLocal = endpoint?.startsWith('http:') === true && !environment['AWS_ACCESS_KEY_ID'] && !environment['AWS_PROFILE']
  return { region, endpoint, credentials: isLocal ? { accessKeyId: 'local', secretAccessKey: 'local' } : undefined }
}
