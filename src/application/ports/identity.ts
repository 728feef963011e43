/** Ids, secrets and digests: everything that needs randomness or cryptography. */
export interface Identity {
  /** The derived id of these parts, the same on every node and in every version: `prefix_` and the SHA-256 of the parts in base32, 52 letters. */
  derived: (prefix: string, parts: readonly string[]) => string
  /** A new id, `prefix_` and a UUIDv7, which sorts by its time. */
  random: (prefix: string) => string
  /** 256 random bits in base64url, 43 characters. */
  secret: () => string
  /** The fingerprint of a request: a digest that does not depend on the order of its keys. */
  fingerprint: (request: unknown) => string
  /** SHA-256 of bytes, in hex. */
  digest: (bytes: Uint8Array) => string
}
