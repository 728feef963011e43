import swagger from '@fastify/swagger'
import type { TSchema } from '@sinclair/typebox'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { documentedResponses } from './response-docs.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Shown as the body of a route that validates none. */
    documentedBody?: TSchema
  }
}

/** The document of the very schemas that validate and serialise, and its reader at /docs, which works offline. */
export async function registerOpenapi (app: FastifyInstance, version: string, publicUrl: string): Promise<void> {
  await app.register(swagger, {
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
        { name: 'Messages', description: 'What two people write to each other' },
        { name: 'Payments', description: 'Charges, refunds and what providers tell' },
        { name: 'Streamers', description: 'Minutes that may be broadcast' },
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
  app.get('/openapi.json', { config: { policy: 'public' }, schema: { hide: true } }, async () => app.swagger())
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => { route.config = { ...route.config, policy: 'public' } })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      // As its pages need it, without a call to a validator on the internet and without an upgrade to a TLS that development has not.
      staticCSP: true,
      transformStaticCSP: (header) => header.replace(' validator.swagger.io', '').replace(' upgrade-insecure-requests;', ''),
      uiConfig: { validatorUrl: null },
    })
  })
}
