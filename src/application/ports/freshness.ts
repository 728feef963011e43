/** How old what a request is answered with may be. */
export interface Freshness {
  /** Whatever is answered from here on was last known to be so this many seconds ago; the oldest counts. */
  readonly note: (ageS: number) => void
}
