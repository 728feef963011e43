import { createSigner, createVerifier } from 'fast-jwt'
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

export interface SecretTokenOptions {
  readonly secret: string
  /** The secret of before, whose tokens count too. */
  readonly previousSecret?: string | null
  readonly issuer: string
  readonly audience: string
}

/** Accepts HS256 (RFC 7518) alone, with our issuer and audience. */
export function makeSecretTokenVerifier ({ secret, previousSecret = null, issuer, audience }: SecretTokenOptions): Verify {
  const verifierWith = (key: string) => createVerifier({
    key,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud', 'sub'],
  }) as Verify
  const verify = verifierWith(secret)
  return remembering(previousSecret === null ? verify : either(verify, verifierWith(previousSecret)))
}

function either (first: Verify, second: Verify): Verify {
  return (token) => {
    try {
      return first(token)
    } catch {
      return second(token)
    }
  }
}

/** Signs tokens that the verifier of the same options accepts. */
export function makeSecretTokenSigner ({ secret, issuer, audience }: SecretTokenOptions, lifetimeMs: number): (claims: Record<string, unknown>) => string {
  return createSigner({ key: secret, algorithm: 'HS256', iss: issuer, aud: audience, expiresIn: lifetimeMs })
}

export interface LocalTokenOptions {
  /** PKCS #8 in base64: Ed25519 or P-256. The first signs; the others are former or future signing keys. */
  readonly keys: readonly [string, ...string[]]
  readonly issuer: string
  readonly audience: string
}

/** A public key in the published form (RFC 7517). */
export interface PublishedKey {
  readonly kid: string
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y?: string
  readonly alg: string
  readonly use: 'sig'
}

export interface LocalTokens {
  readonly sign: (claims: object) => string
  readonly verify: Verify
  readonly published: readonly PublishedKey[]
}

interface Key {
  readonly published: PublishedKey
  readonly privatePem: string
  readonly publicPem: string
}

/** Tokens of this service: signed with the first key, and valid under any key, which the token's `kid` names. */
export function makeLocalTokens ({ keys: encoded, issuer, audience }: LocalTokenOptions, lifetimeMs: number): LocalTokens {
  const [first, ...older] = encoded
  const signing = keyOf(decodeKey(first))
  const keys = [signing, ...older.map((key) => keyOf(decodeKey(key)))]
  const verifiers = new Map(keys.map(({ published: { kid, alg }, publicPem }) => [kid, createVerifier({
    key: publicPem,
    algorithms: [alg as 'EdDSA' | 'ES256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud', 'sub', 'sid'],
  })]))
  const { kid, alg } = signing.published
  return {
    sign: createSigner({ key: signing.privatePem, algorithm: alg as 'EdDSA' | 'ES256', kid, iss: issuer, aud: audience, expiresIn: lifetimeMs }),
    verify: remembering((token) => {
      const verifier = verifiers.get(kidOf(token))
      if (verifier === undefined) throw new Error('the key of the token is unknown')
      return verifier(token) as Record<string, unknown>
    }),
    published: keys.map(({ published }) => published),
  }
}

function kidOf (token: string): string {
  const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
  return String((header as { kid?: unknown }).kid)
}

/** PKCS #8 of an Ed25519 key without its last 32 bytes, which are the key itself (RFC 8410). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The Ed25519 key of a secret text, in the form of `keys`. The key is as hard to guess as the text. */
export function keyFromSecret (secret: string): string {
  return Buffer.concat([ED25519_PREFIX, createHash('sha256').update(secret).digest()]).toString('base64')
}

/** @throws Error unless it is a private key of Ed25519 or P-256 */
export function decodeKey (encoded: string): KeyObject {
  const key = createPrivateKey({ key: Buffer.from(encoded, 'base64'), format: 'der', type: 'pkcs8' })
  if (key.asymmetricKeyType !== 'ed25519' && key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('neither Ed25519 nor P-256')
  return key
}

function keyOf (privateKey: KeyObject): Key {
  const publicKey = createPublicKey(privateKey)
  const { kty = '', crv = '', x = '', y } = publicKey.export({ format: 'jwk' })
  return {
    published: { kid: thumbprint({ crv, kty, x, ...(y === undefined ? {} : { y }) }), kty, crv, x, ...(y === undefined ? {} : { y }), alg: kty === 'OKP' ? 'EdDSA' : 'ES256', use: 'sig' },
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  }
}

/** The thumbprint of RFC 7638, for members sorted by name: a key has the same `kid` on every node. */
function thumbprint (members: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

type Verify = (token: string) => Record<string, unknown>

const REMEMBERED_TOKENS = 10_000

/**
 * Remembers checked tokens until they expire, because a client sends the same token with every request. The key is the whole token:
 * the verifier's own cache uses a digest, which takes as long as the check.
 */
function remembering (verify: Verify): Verify {
  const remembered = new Map<string, Record<string, unknown>>()
  return (token) => {
    const known = remembered.get(token)
    if (known !== undefined && Number(known['exp']) * 1000 > Date.now()) return known
    // Throws for a token that has expired meanwhile.
    const claims = verify(token)
    if (remembered.size >= REMEMBERED_TOKENS) remembered.clear()
    remembered.set(token, claims)
    return claims
  }
}
