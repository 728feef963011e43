/** What the service has given out before under this name: the nth of it. Found out when the request is sent. */
export class Known {
  readonly nth: number

  constructor (nth: number) {
    this.nth = nth
  }
}

/** What answers have told so far, by name. */
export class Pool {
  readonly #values = new Map<string, string[]>()
  readonly #max: number

  constructor (max = 40) {
    this.#max = max
  }

  put (name: string, value: string): void {
    const values = this.#values.get(name) ?? []
    values.push(value)
    this.#values.set(name, values.slice(-this.#max))
  }

  /** Undefined where there is none. */
  pick (name: string, { nth }: Known): string | undefined {
    const values = this.#values.get(name) ?? []
    return values[nth % values.length]
  }
}
