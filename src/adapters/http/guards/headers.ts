import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'

/**
 * Sets the security headers of helmet. They are the same for every answer, and helmet computes them for each one, so the service takes
 * them once from an answer of a separate app.
 */
export async function registerSecurityHeaders (app: FastifyInstance): Promise<void> {
  // What is personal must not stay in a cache (tokens: RFC 6749, 5.1). A route whose answer is for everyone says so.
  const headers = { ...await helmetHeaders(), 'cache-control': 'no-store' }
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

async function helmetHeaders () {
  const app = Fastify()
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } })
  const { headers: { connection, date, 'content-length': length, 'content-type': type, ...headers } } = await app.inject('/')
  await app.close()
  return headers
}

/** Lets scripts of these origins call the API and read its headers. Without origins there are no CORS headers at all. */
export async function registerCors (app: FastifyInstance, origins: ReadonlyArray<string | RegExp>): Promise<void> {
  if (origins.length === 0) return
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['content-disposition', 'idempotent-replayed', 'location', 'retry-after', 'x-persistence', 'x-request-id', 'x-stale'],
    // The plugin would refuse an OPTIONS request that is no preflight with plain text instead of a problem.
    strictPreflight: false,
  })
}
