/** What stands in the store is not what the write follows from. */
export class Conflict extends Error {
  constructor (what: string) {
    super(what)
    this.name = 'Conflict'
  }
}
