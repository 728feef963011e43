/** Stands for the nth value that the service has answered under this name. It is resolved when the request is sent. */
export class Known {
  readonly nth: number

  constructor (nth: number) {
    this.nth = nth
  }
}

/** Values of earlier answers, by name. */
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

  /** Undefined when there is no value of this name. */
  pick (name: string, { nth }: Known): string | undefined {
    const values = this.#values.get(name) ?? []
    return values[nth % values.length]
  }
}
