import etag from '@fastify/etag'
import type { TSchema } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { makeDocumentation, type About } from './documentation.js'
import type { TAGS } from './tags.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of a route that validates none, shown in the document alone. */
    documentedBody?: TSchema
  }

  interface FastifyInstance {
    /** The OpenAPI document, made from the schemas that validate and serialise. */
    openapi: () => Promise<object>
  }
}

/** How the document names and sorts an operation. Its first sentence is the short form of `about`, which ends without a full stop. */
export function describe (operationId: string, tag: keyof typeof TAGS, about: string) {
  return { operationId, tags: [tag], summary: about }
}

interface Served extends About {
  readonly isServed: boolean
}

/** The document is the same for everyone, and changes with the version alone. */
const REVALIDATED = { 'cache-control': 'public, no-cache' }

/**
 * Serves the OpenAPI document and its reader at /docs, which works offline. Both come from a second app with the routes of every
 * configuration, which is made at the first request for either, so that no start waits for it.
 */
export function registerOpenapi (app: FastifyInstance, { isServed, ...about }: Served): void {
  let made: Promise<FastifyInstance> | undefined
  const documentation = async (): Promise<FastifyInstance> => await (made ??= makeDocumentation(about))
  app.addHook('onClose', async () => { await (await made)?.close() })
  app.decorate('openapi', async () => (await documentation()).swagger())
  if (!isServed) return
  app.register(async (own) => {
    await own.register(etag)
    own.get('/openapi.json', { config: { policy: 'public' }, schema: { hide: true } }, async (_request, reply) => await reply.headers(REVALIDATED).send(await app.openapi()))
  })
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { config: { policy: 'public' }, schema: { hide: true } }, async ({ url, headers }, reply) => {
      const { statusCode, headers: all, rawPayload } = await (await documentation()).inject({ url, headers })
      if (statusCode >= 400) return reply.callNotFound()
      const { connection, date, 'content-length': length, ...own } = all
      return await reply.code(statusCode).headers(own).send(rawPayload)
    })
  }
}
