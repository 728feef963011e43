import type { TSchema } from '@sinclair/typebox'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { buildSerializer, buildValidator } from '../shared/compilers.js'
import { documentedResponses, needsToken } from './responses.js'

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

const TAGS = {
  Accounts: 'Registration, sessions and profiles',
  Messages: 'Messages and conversations between two users',
  Payments: 'Charges, refunds and webhooks of payment providers',
  Streamers: 'Minutes that a streamer may broadcast',
  Rooms: 'Live rooms with their chat, products and moderators',
  Notifications: 'E-mails and text messages to users, and their preferences',
  'Back office': 'For administrators',
  Service: 'Health and metrics',
}

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0b57c2"/><path d="M6 4.5v7l5.5-3.5z" fill="#fff"/></svg>'

/** How the document names and sorts an operation. */
export function describe (operationId: string, tag: keyof typeof TAGS, summary: string) {
  return { operationId, tags: [tag], summary }
}

interface About {
  readonly version: string
  readonly publicUrl: string
  readonly isServed: boolean
}

/**
 * Serves the OpenAPI document and its reader at /docs, which works offline. Both come from a second app with the same routes, which is
 * made at the first request for either, so that no start waits for it.
 */
export function registerOpenapi (app: FastifyInstance, about: About): void {
  const routes: RouteOptions[] = []
  let made: Promise<FastifyInstance> | undefined
  const documentation = async (): Promise<FastifyInstance> => await (made ??= makeDocumentation(app, routes, about))
  app.addHook('onRoute', (route) => { if (route.schema?.hide !== true && route.method !== 'HEAD') routes.push(route) })
  app.addHook('onClose', async () => { await (await made)?.close() })
  app.decorate('openapi', async () => (await documentation()).swagger())
  if (!about.isServed) return
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

async function makeDocumentation (app: FastifyInstance, routes: readonly RouteOptions[], { version, publicUrl }: About): Promise<FastifyInstance> {
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
          'Amounts are integers in minor units. Times are ISO 8601 in UTC. Errors are RFC 9457 problems with a stable `code`. ' +
          'Lists run from new to old, and `nextCursor` continues them. Answers may hold values and fields that this document does not list yet.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: '`sub` is the user id. `role: "admin"` marks an administrator' },
          adminToken: { type: 'apiKey', in: 'header', name: 'x-admin-token', description: 'The shared token of the operators' },
        },
      },
    },
    // A webhook's body is documented and not validated, because its signature is checked first.
    transform: ({ schema, url, route }) => {
      const { documentedBody: body, policy } = route.config ?? {}
      if (schema.response === undefined) return { schema, url }
      const security = needsToken(policy) ? [{ bearer: [] }, { adminToken: [] }] : []
      return { schema: documentedResponses({ ...schema, security, ...(body !== undefined && { body }) }), url }
    },
    // Named schemas keep their names. The default is def-0, def-1, …
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
  })
  for (const { method, url, schema = {}, config = {} } of routes) {
    // These routes serve the document. An address with dots in it, which reaches one of them, is not found.
    docs.route({ method, url, schema, config, handler: (_request, reply) => { reply.callNotFound() } })
  }
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    // The policy that its pages need, without the validator on the internet, and without the upgrade to TLS, which development lacks.
    staticCSP: true,
    transformStaticCSP: (header) => header.replace(' validator.swagger.io', '').replace(' upgrade-insecure-requests;', ''),
    // This layout has neither a logo nor a bar for other addresses.
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    theme: { title: 'BasVideo API', favicon: [{ filename: 'icon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: ICON }] },
  })
  await docs.ready()
  return docs
}
