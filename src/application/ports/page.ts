/** A stretch of a list that runs from new to old. */
export interface PageRequest {
  /** The created key of the last thing already seen; null starts at the newest. */
  readonly before: string | null
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the list goes on; null when nothing is left. */
  readonly nextKey: string | null
}
