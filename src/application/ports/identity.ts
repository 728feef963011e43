/** Ids, tokens and digests: what needs randomness or cryptography. */
export interface Identity {
  /** The one id that these parts give, on every node and for ever: `prefix_` and 52 letters of base32 of their SHA-256. */
  derived: (prefix: string, parts: readonly string[]) => string
  /** A new id that sorts by the time of its making (UUIDv7). */
  random: (prefix: string) => string
  /** 256 random bits, as 43 letters and digits of base64url. */
  secret: () => string
  /** A digest that is the same for requests that mean the same, whatever the order of their keys. */
  fingerprint: (request: unknown) => string
  /** SHA-256 of bytes, in hex. */
  digest: (bytes: Uint8Array) => string
}
