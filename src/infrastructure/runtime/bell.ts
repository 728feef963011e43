/** Ends the rest of a job early. Where it rings while the job works, the job does not rest after that work. */
export class Bell {
  #hasRung = false
  #wake: (() => void) | null = null

  ring (): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /** Waits for the bell, the signal, or so many milliseconds. */
  async rest (milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#hasRung || signal.aborted) {
        setImmediate(resolve)
        return
      }
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      signal.addEventListener('abort', wake)
      this.#wake = wake
    })
    this.#wake = null
    this.#hasRung = false
  }
}
