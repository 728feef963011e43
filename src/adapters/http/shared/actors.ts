import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { actorOf, BY_PROVIDER, BY_SERVICE, type EventActor } from '#domain/live/event-actor.js'

/** Knows for whom this process works at the moment: the sender of the request, else the service itself. */
export class RequestActors {
  readonly #actors = new AsyncLocalStorage<EventActor>()

  /** Whom events name that are stored now. */
  current = (): EventActor => this.#actors.getStore() ?? BY_SERVICE

  register (app: FastifyInstance): void {
    // Fastify reads the body outside of the context of an earlier hook.
    app.addHook('preValidation', (request, _reply, done) => { this.#actors.run(senderOf(request), done) })
  }
}

function senderOf ({ caller, routeOptions: { config } }: FastifyRequest): EventActor {
  if (config.policy === 'provider') return BY_PROVIDER
  return caller === null ? BY_SERVICE : actorOf(caller)
}
