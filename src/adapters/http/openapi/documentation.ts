import Fastify, { type FastifyContextConfig, type FastifyInstance, type FastifySchema, type RouteOptions } from 'fastify'
import type { Policy } from '../guards/auth.js'
import { buildSerializer, buildValidator } from '../shared/compilers.js'
import { forClients } from './for-clients.js'
import { problemSchemas } from './problem-schemas.js'
import { documentedResponses } from './responses.js'
import { TAGS } from './tags.js'
import { THEME } from './theme.js'

export interface About {
  readonly version: string
  readonly publicUrl: string
  /** Registers the routes of every configuration. */
  readonly registerRoutes: (app: FastifyInstance) => Promise<void>
}

/** An app that documents all routes and serves the document and its reader. Its routes answer nothing else. */
export async function makeDocumentation ({ version, publicUrl, registerRoutes }: About): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([import('@fastify/swagger'), import('@fastify/swagger-ui')])
  // It validates nothing, so that formats and strictness are no matter of it.
  const docs = Fastify({ exposeHeadRoutes: false, ajv: { customOptions: { strict: false, validateFormats: false } }, schemaController: { compilersFactory: { buildSerializer, buildValidator } } })
  await docs.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'BasVideo API',
        version,
        description: 'Messages and payments between the buyers and sellers of a live-video commerce platform. ' +
          'Amounts are integers in minor units. Times are ISO 8601 in UTC. Errors are RFC 9457 problems with a stable `code`. ' +
          'Lists run from new to old, and `nextCursor` continues them. Answers may hold values and fields that this document does not list yet. ' +
          'Operations with `x-only-where` are there only in a service with such settings.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A JWT whose `sub` is the user id, and whose `role` says what the user may do for others. A service sends an API key, `key_…`, in its place' },
          adminToken: { type: 'apiKey', in: 'header', name: 'x-admin-token', description: 'The shared token of the operators' },
          consoleSession: { type: 'apiKey', in: 'cookie', name: '__Host-console', description: 'The session of the operators\' console, which its own pages alone use: it counts with `x-console: 1` and `Sec-Fetch-Site: same-origin`' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: schema.operationId === undefined ? { hide: true } : operation(route, schema), url }),
    transformObject: (made) => forClients((made as Extract<typeof made, { openapiObject: object }>).openapiObject),
    // Named schemas keep their names. The default is def-0, def-1, …
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
  })
  // An address with dots in it, which reaches one of these routes, is not found.
  docs.addHook('onRoute', (route) => { if (!route.url.startsWith('/docs')) route.handler = (_request, reply) => { reply.callNotFound() } })
  for (const schema of problemSchemas()) docs.addSchema(schema)
  await registerRoutes(docs)
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    // The policy that its pages need, without the validator on the internet, and without the upgrade to TLS, which development lacks.
    staticCSP: true,
    transformStaticCSP: (header) => header.replace(' validator.swagger.io', '').replace(' upgrade-insecure-requests;', ''),
    // This layout has neither a logo nor a bar for other addresses.
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    theme: THEME,
  })
  await docs.ready()
  return docs
}

const BEARER = { bearer: [] }
const EITHER = [BEARER, { adminToken: [] }]
const CALLERS: Readonly<Record<Policy, { readonly who: string, readonly security: ReadonlyArray<Record<string, string[]>> }>> = {
  public: { who: 'For anyone.', security: [] },
  guest: { who: 'For anyone. Credentials, where there are any, have to be valid.', security: [] },
  provider: { who: 'For payment providers, which sign it.', security: [] },
  user: { who: 'For users.', security: [BEARER] },
  'user-or-admin': { who: 'For users and administrators.', security: EITHER },
  admin: { who: 'For administrators.', security: EITHER },
  console: { who: 'For the pages of the operators\' console.', security: [{ consoleSession: [] }] },
}

/** A route as the document shows it. A webhook's body is documented and not validated, because its signature is checked first. */
function operation (route: RouteOptions, schema: FastifySchema): FastifySchema {
  const { documentedBody: body, policy = 'public', scope, onlyWhere } = route.config as FastifyContextConfig
  const { who, security } = CALLERS[policy]
  const text = String(schema.summary)
  const needed = scope === undefined ? '' : ` Acting for others needs the scope \`${scope}\`.`
  const setting = onlyWhere === undefined ? '' : ` Only where ${onlyWhere}.`
  return {
    ...schema,
    summary: text.replace(/\. .*/, ''),
    description: `${text}. ${who}${needed}${setting}`,
    security,
    response: documentedResponses(route, schema),
    ...(body !== undefined && { body }),
    ...(onlyWhere !== undefined && { 'x-only-where': onlyWhere }),
  }
}
