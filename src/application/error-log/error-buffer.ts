import { traitsOf, type Occurrence } from '#domain/error-log/occurrence.js'
import { sightingOf, together, type Sighting } from '#domain/error-log/logged-error.js'
import type { Clock, Identity } from '../ports/system.js'

/** Errors that wait to be written. */
const WAITING_MAX = 200
/** Stands for the occurrences that did not find a place of their own. */
const OTHERS: Occurrence = { kind: 'process', name: 'Error', code: null, where: '', message: 'more different errors than the error log holds at once', stack: null, requestId: null, traceId: null }

/**
 * The errors of this process that are not written yet. It never waits and never fails: an error that finds no place is counted under one
 * that stands for all others.
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

  /** Takes an occurrence, and answers the id of its error. */
  record (occurrence: Occurrence): string {
    const errorId = this.#errorIdOf(occurrence)
    this.add(sightingOf(occurrence, errorId, this.#clock(), this.#version))
    return errorId
  }

  /** Takes a sighting, perhaps one that could not be written. */
  add (sighting: Sighting): void {
    const known = this.#waiting.get(sighting.errorId)
    if (known !== undefined || this.#waiting.size < WAITING_MAX) {
      this.#waiting.set(sighting.errorId, known === undefined ? sighting : together(known, sighting))
      return
    }
    this.#dropped += sighting.count
    const errorId = this.#errorIdOf(OTHERS)
    const { first: { at } } = sighting
    const others = { ...sightingOf(OTHERS, errorId, at, this.#version), count: sighting.count }
    const before = this.#waiting.get(errorId)
    this.#waiting.set(errorId, before === undefined ? others : together(before, others))
  }

  /** Hands out the sighting that has waited for longest; null where none waits. */
  take (): Sighting | null {
    const [sighting] = this.#waiting.values()
    if (sighting === undefined) return null
    this.#waiting.delete(sighting.errorId)
    return sighting
  }

  /** Occurrences whose error found no place. */
  get dropped (): number {
    return this.#dropped
  }

  #errorIdOf (occurrence: Occurrence): string {
    return this.#identity.derived('err', traitsOf(occurrence))
  }
}
