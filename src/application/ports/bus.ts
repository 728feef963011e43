/**
 * Tells the processes of a service what is new, so that they need not wait for their next look at the store. It promises nothing: a message may be lost,
 * doubled, late or out of order, or be no message of ours at all, and the store is the truth.
 */
export interface Bus {
  /** Never throws. */
  publish: (topic: string, message: string) => void

  /** Calls `on` with the messages of a topic until the returned function is called. `on` never throws. */
  subscribe: (topic: string, on: (message: string) => void) => () => void
}
