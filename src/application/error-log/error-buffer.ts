import { traitsOf, type Occurrence } from '#domain/error-log/occurrence.js'
import { sightingOf, together, type Sighting } from '#domain/error-log/logged-error.js'
import type { Clock, Identity } from '../ports/system.js'

/** Fingerprints that wait to be written. */
const WAITING_MAX = 200
/** Stands for the occurrences that did not find a place of their own. */
const OTHERS: Occurrence = { kind: 'process', name: 'Error', code: null, where: '', message: 'occurrences of more kinds than the error log holds at once', stack: null, requestId: null }

/**
 * The occurrences of this process that are not written yet, by fingerprint. It never waits and never fails: what finds no place is counted
 * under one fingerprint for all others, and dropped beyond that.
 */
export class ErrorBuffer {
  readonly #waiting = new Map<string, Sighting>()
  readonly #clock: Clock
  readonly #identity: Identity
  readonly #version: string
  #dropped = 0

  constructor ({ clock, identity, version }: { readonly clock: Clock, readonly identity: Identity, readonly version: string }) {
    this.#clock = clock
    this.#identity = identity
    this.#version = version
  }

  /** Takes an occurrence, and answers its fingerprint. */
  record (occurrence: Occurrence): string {
    const fingerprint = this.#fingerprintOf(occurrence)
    this.add(sightingOf(occurrence, fingerprint, this.#clock(), this.#version))
    return fingerprint
  }

  /** Takes a sighting, perhaps one that could not be written. */
  add (sighting: Sighting): void {
    const known = this.#waiting.get(sighting.fingerprint)
    if (known !== undefined || this.#waiting.size < WAITING_MAX) {
      this.#waiting.set(sighting.fingerprint, known === undefined ? sighting : together(known, sighting))
      return
    }
    this.#dropped += sighting.count
    const fingerprint = this.#fingerprintOf(OTHERS)
    const { first: { at } } = sighting
    const others = { ...sightingOf(OTHERS, fingerprint, at, this.#version), count: sighting.count }
    const before = this.#waiting.get(fingerprint)
    this.#waiting.set(fingerprint, before === undefined ? others : together(before, others))
  }

  /** Hands out the sighting that has waited for longest; null where none waits. */
  take (): Sighting | null {
    const [sighting] = this.#waiting.values()
    if (sighting === undefined) return null
    this.#waiting.delete(sighting.fingerprint)
    return sighting
  }

  /** Occurrences whose own fingerprint found no place. */
  get dropped (): number {
    return this.#dropped
  }

  #fingerprintOf (occurrence: Occurrence): string {
    return this.#identity.derived('err', traitsOf(occurrence))
  }
}
