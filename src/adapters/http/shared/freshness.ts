import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance } from 'fastify'
import type { Freshness } from '#application/ports/freshness.js'
import type { StoreStatus } from '#application/ports/store-status.js'

interface Age {
  /** Seconds; null as long as all is as the store says. */
  ageS: number | null
}

declare module 'fastify' {
  interface FastifyRequest {
    age: Age | null
  }
}

/** Tells clients when an answer is not the store's own, and when what they wrote is not there yet. */
export class RequestFreshness implements Freshness {
  readonly #ages = new AsyncLocalStorage<Age>()

  note = (ageS: number): void => {
    const age = this.#ages.getStore()
    if (age !== undefined) age.ageS = Math.max(age.ageS ?? 0, ageS)
  }

  /** Only where there is a journal: without one, nothing is ever answered but what the store says. */
  register (app: FastifyInstance, status: () => StoreStatus): void {
    app.decorateRequest('age', null)
    // Not before: a body is read in no context of ours.
    app.addHook('preValidation', (request, _reply, done) => {
      request.age = { ageS: null }
      this.#ages.run(request.age, done)
    })
    app.addHook('preSerialization', (request, _reply, payload, done) => {
      done(null, request.age?.ageS != null && isList(payload) ? { ...payload, stale: true } : payload)
    })
    app.addHook('onSend', (request, reply, _payload, done) => {
      const { mode } = status()
      if (mode === 'degraded' || mode === 'draining') reply.header('x-persistence', mode)
      if (request.age?.ageS != null) reply.header('x-stale', String(request.age.ageS))
      done()
    })
  }
}

function isList (payload: unknown): payload is { readonly items: readonly unknown[] } {
  return typeof payload === 'object' && payload !== null && 'items' in payload
}
