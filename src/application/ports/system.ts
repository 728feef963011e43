import type { Timestamp } from '#domain/time.js'

/** The present moment. */
export type Clock = () => Timestamp

/** Waits for so many milliseconds, or until the signal. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>

/** Ids, secrets and digests: everything that needs randomness or cryptography. */
export interface Identity {
  /**
   * The derived id of these parts, the same on every node and in every version: `prefix_` and the SHA-256 of the parts in
   * base32, 52 letters.
   */
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

/**
 * Runs a task after the answer to the current request, so that the time of the answer reveals nothing about the task. A failure is
 * logged. A process that is killed loses its tasks.
 *
 * @throws busy when too many tasks wait
 */
export type Background = (task: () => Promise<void>) => void

/** The age of the data in the answer to the current request. */
export interface Freshness {
  /** Notes data that was read from the store this many seconds ago. The oldest data of an answer determines its age. */
  readonly note: (ageS: number) => void
}
