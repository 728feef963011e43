/** The outcome of a write that happens at most once for an id. */
export interface Insertion<T> {
  /** False when the id is taken: `stored` is then what stands there, untouched. */
  readonly inserted: boolean
  readonly stored: T
}
