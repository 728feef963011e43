import type { Unknown } from '#application/ports/payment-gateway.js'

/** There is no answer that can be relied upon. The message names no person, card or key: it is logged. */
export class NoAnswer extends Error {
  constructor (message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'NoAnswer'
  }
}

/** The one place where the lack of an answer becomes a value; whatever else is thrown is a fault of ours. */
export async function orUnknown<Answer> (ask: () => Promise<Answer>): Promise<Answer | Unknown> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof NoAnswer) return { kind: 'unknown', reason: error.message }
    throw error
  }
}
