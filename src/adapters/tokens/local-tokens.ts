import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { createSigner, createVerifier } from 'fast-jwt'
import { remembering, type Verify } from './remembered-tokens.js'

export interface LocalTokenOptions {
  /** PKCS #8 in base64: Ed25519 or P-256. The first signs; the others have signed before, or will. */
  readonly keys: readonly [string, ...string[]]
  readonly issuer: string
  readonly audience: string
}

/** A public key as it is published (RFC 7517). */
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

/** Tokens of this service itself: signed by the first of its keys, and good by any of them, which is named by `kid`. */
export function localTokens ({ keys: encoded, issuer, audience }: LocalTokenOptions, lifetimeMs: number): LocalTokens {
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
      if (verifier === undefined) throw new Error('a token by a key that is not ours')
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

/** The Ed25519 key that a secret text stands for, as `keys` takes it. The key is as hard to guess as the text. */
export function keyFromSecret (secret: string): string {
  return Buffer.concat([ED25519_PREFIX, createHash('sha256').update(secret).digest()]).toString('base64')
}

/** @throws Error for what is no private key of a kind that signs here */
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

/** RFC 7638, for members in the order of their names: the same key has the same name on every node. */
function thumbprint (members: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}
