import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'

/**
 * The headers of helmet. They are the same for every response, and helmet makes them anew for each;
 * so they are taken once, from an answer of an app of its own.
 */
export async function registerSecurityHeaders (app: FastifyInstance): Promise<void> {
  const headers = await helmetHeaders()
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
