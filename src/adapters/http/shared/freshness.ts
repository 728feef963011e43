import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance } from 'fastify'
import type { Freshness } from '#application/ports/system.js'
import type { StoreStatus } from '#application/ports/durability.js'

interface Age {
  /** Seconds since the oldest part of the answer was read from the store; null while every part is current. */
  ageS: number | null
}

declare module 'fastify' {
  interface FastifyRequest {
    age: Age | null
  }
}

/** Marks stale answers, and the answers of a node whose journal takes the place of the store. */
export class RequestFreshness implements Freshness {
  readonly #ages = new AsyncLocalStorage<Age>()

  note = (ageS: number): void => {
    const age = this.#ages.getStore()
    if (age !== undefined) age.ageS = Math.max(age.ageS ?? 0, ageS)
  }

  /** For services with a journal. Without one every answer is the store's own. */
  register (app: FastifyInstance, status: () => StoreStatus): void {
    app.decorateRequest('age', null)
    // Fastify reads the body outside of the context of an earlier hook.
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
