/** Names by their owners. */
export class Owners {
  readonly #names = new Map<string, Set<string>>()

  add (owner: string, name: string): void {
    const names = this.#names.get(owner)
    if (names === undefined) this.#names.set(owner, new Set([name]))
    else names.add(name)
  }

  remove (owner: string, name: string): void {
    const names = this.#names.get(owner)
    names?.delete(name)
    if (names?.size === 0) this.#names.delete(owner)
  }

  of (owner: string): readonly string[] {
    return [...this.#names.get(owner) ?? []]
  }
}
