/**
 * Ends the rest of a job early. Where it rings while the job works, the job does not rest after that work. With `gatherMs`, pieces of work that it
 * calls begin so far apart, so that what comes meanwhile goes together; the first one after a rest begins at once.
 */
export class Bell {
  readonly #gatherMs: number
  #hasRung = false
  #wake: (() => void) | null = null
  /** When the last piece of work began, in milliseconds of `performance.now()`. */
  #began = -Infinity

  constructor (gatherMs = 0) {
    this.#gatherMs = gatherMs
  }

  ring (): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /** Waits for the bell, the signal, or so many milliseconds. */
  async rest (milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const wake = (): void => {
        this.#wake = null
        const leftMs = this.#began + this.#gatherMs - performance.now()
        clearTimeout(timer)
        if (leftMs > 0) timer = setTimeout(end, leftMs)
        else setImmediate(end)
      }
      let timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end)
      this.#wake = wake
      if (signal.aborted) setImmediate(end)
      else if (this.#hasRung) wake()
    })
    this.#wake = null
    this.#hasRung = false
    this.#began = performance.now()
  }
}
