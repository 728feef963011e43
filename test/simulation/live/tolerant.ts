import { DomainError } from '#domain/errors.js'

/** Does a piece of work that is tried again later, as jobs of the service do: an outage of the store ends it. */
export async function tolerant (piece: () => Promise<unknown>, failed = (): void => {}): Promise<void> {
  try {
    await piece()
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'store_unavailable') throw error
    failed()
  }
}
