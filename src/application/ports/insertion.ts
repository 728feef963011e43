/** The result of a write that takes place at most once for an id. */
export interface Insertion<T> {
  /** False when the id is taken. `stored` is then the entity that has it, unchanged. */
  readonly inserted: boolean
  readonly stored: T
}
