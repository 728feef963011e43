import type { TSchema } from '@sinclair/typebox'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { documentedResponses } from './response-docs.js'
import { buildSerializer } from '../shared/serializers.js'
import { buildValidator } from '../guards/validators.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Shown as the body of a route that validates none. */
    documentedBody?: TSchema
  }

  interface FastifyInstance {
    /** The document of the very schemas that validate and serialise. */
    openapi: () => Promise<object>
  }
}

interface Documented {
  readonly version: string
  readonly publicUrl: string
}

/**
 * The OpenAPI document, and its reader at /docs, which works offline. Both stand in an app of their own with the same routes, which is
 * made when somebody first asks for either: no start has to wait for it.
 */
export function registerOpenapi (app: FastifyInstance, documented: Documented): void {
  const routes: RouteOptions[] = []
  let made: Promise<FastifyInstance> | undefined
  const documentation = async (): Promise<FastifyInstance> => await (made ??= makeDocumentation(app, routes, documented))
  app.addHook('onRoute', (route) => { if (route.schema?.hide !== true && route.method !== 'HEAD') routes.push(route) })
  app.addHook('onClose', async () => { await (await made)?.close() })
  app.decorate('openapi', async () => (await documentation()).swagger())
  app.get('/openapi.json', { config: { policy: 'public' }, schema: { hide: true } }, async () => await app.openapi())
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { config: { policy: 'public' }, schema: { hide: true } }, async ({ url, headers }, reply) => {
      const { statusCode, headers: all, rawPayload } = await (await documentation()).inject({ url, headers })
      if (statusCode >= 400) return reply.callNotFound()
      const { connection, date, 'content-length': length, ...own } = all
      return await reply.code(statusCode).headers(own).send(rawPayload)
    })
  }
}

async function makeDocumentation (app: FastifyInstance, routes: readonly RouteOptions[], { version, publicUrl }: Documented): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([import('@fastify/swagger'), import('@fastify/swagger-ui')])
  const docs = Fastify({ exposeHeadRoutes: false, schemaController: { compilersFactory: { buildSerializer, buildValidator } } })
  for (const schema of Object.values(app.getSchemas())) docs.addSchema(schema)
  await docs.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'BasVideo API',
        version,
        description: 'Messages and payments between the buyers and sellers of a live-video commerce platform. ' +
          'Amounts are integers in minor units; times are ISO 8601 in UTC; errors are RFC 9457 problems with a stable `code`; ' +
          'lists run from new to old and go on at `cursor`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      tags: [
        { name: 'Accounts', description: 'Signing in, and who somebody is' },
        { name: 'Messages', description: 'What two people write to each other' },
        { name: 'Payments', description: 'Charges, refunds and what providers tell' },
        { name: 'Streamers', description: 'Minutes that may be broadcast' },
        { name: 'Notifications', description: 'What people are told by e-mail and SMS, and how they want to be' },
        { name: 'Back office', description: 'What administrators see and do' },
        { name: 'Service', description: 'Health and figures' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: '`sub` is the user id; `role: "admin"` makes an administrator' },
          adminToken: { type: 'apiKey', in: 'header', name: 'x-admin-token', description: 'The shared token of the operators' },
        },
      },
    },
    // A webhook's body is documented, but nothing of it is looked at before its signature.
    transform: ({ schema, url, route }) => {
      const body = route.config?.documentedBody
      if (schema.response === undefined) return { schema, url }
      return { schema: documentedResponses(body === undefined ? schema : { ...schema, body }), url }
    },
    // Shared schemas keep their names; without this they would be called def-0, def-1, …
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
  })
  for (const { method, url, schema = {}, config = {} } of routes) {
    // For the document alone: what an address with dots in it leads to here is nothing.
    docs.route({ method, url, schema, config, handler: (_request, reply) => { reply.callNotFound() } })
  }
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    // As its pages need it, without a call to a validator on the internet and without an upgrade to a TLS that development has not.
    staticCSP: true,
    transformStaticCSP: (header) => header.replace(' validator.swagger.io', '').replace(' upgrade-insecure-requests;', ''),
    uiConfig: { validatorUrl: null },
  })
  await docs.ready()
  return docs
}
