/** The age of the data in the answer to the current request. */
export interface Freshness {
  /** Notes data that was read from the store this many seconds ago. The oldest data of an answer determines its age. */
  readonly note: (ageS: number) => void
}
