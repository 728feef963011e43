/** What happened, in order: always its hash, and its lines where somebody wants to read them. */
export class Trace {
  readonly lines: string[] = []
  readonly #keep: boolean
  #one = 0x811c9dc5
  #other = 0x1b873593

  constructor ({ keep }: { readonly keep: boolean }) {
    this.#keep = keep
  }

  note (at: number, who: string, what: string, more = ''): void {
    const line = `${at} ${who} ${what} ${more}`
    for (let index = 0; index < line.length; index++) {
      const unit = line.charCodeAt(index)
      this.#one = Math.imul(this.#one ^ unit, 0x01000193)
      this.#other = Math.imul(this.#other ^ unit, 0x85ebca6b) + 1 | 0
    }
    if (this.#keep) this.lines.push(`${(at / 1000).toFixed(3).padStart(12)} s  ${who.padEnd(9)} ${what.padEnd(28)} ${more}`)
  }

  hash (): string {
    return [this.#one, this.#other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
