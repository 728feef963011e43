import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { AuditUseCases } from '#application/audit/use-cases.js'
import type { JsonObject } from '#domain/json.js'
import type { Policy } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { asStored, NextCursor, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { Metadata, nullable, ref, Timestamp } from '../shared/schemas.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `by-the-change`: the use case writes the line with its change. `reading-too`: the route only reads, and is recorded nevertheless.
     * `with-the-body`: the line holds what was decided, with its note.
     */
    audit?: 'by-the-change' | 'reading-too' | 'with-the-body'
  }
}

export const AuditList = Type.Object({
  items: Type.Array(Type.Object({
    auditId: Type.String(),
    action: Type.String({ description: 'The `operationId` of the request' }),
    actorId: nullable(Type.String({ description: 'The administrator; null for the shared token' })),
    targetId: nullable(Type.String({ description: 'The id in the address of the request' })),
    detail: Metadata,
    requestId: Type.String({ description: 'The `x-request-id` of the request' }),
    createdAt: Timestamp,
  })),
  nextCursor: NextCursor,
}, {
  $id: 'AuditList',
  examples: [{
    items: [{
      auditId: 'aud_0193a5c2-8e2f-7b4b-8a66-3c7a4d2b0f21',
      action: 'administerUser',
      actorId: null,
      targetId: 'usr_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10',
      detail: { from: { status: 'active', role: 'user' }, to: { status: 'suspended', role: 'user' } },
      requestId: '0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55',
      createdAt: '2026-11-23T13:00:00.000Z',
    }],
    nextCursor: null,
  }],
})

const READING = new Set(['GET', 'HEAD'])
/** Routes on which administrators act for others. What they do for themselves as users is not recorded. */
const RECORDED: ReadonlySet<Policy | undefined> = new Set<Policy>(['admin', 'user-or-admin'])

/**
 * Records each act of an administrator before it is carried out. The access log shows under the same request id whether it then failed.
 * Reading is not recorded, except exports, which copy the data out of the service.
 */
export function registerAudit (app: FastifyInstance, { recordAct }: Pick<AuditUseCases, 'recordAct'>): void {
  app.addHook('preHandler', async (request) => {
    const { caller, routeOptions: { schema, config } } = request
    const isReading = READING.has(request.method) && config.audit !== 'reading-too'
    if (caller?.admin !== true || !RECORDED.has(config.policy) || isReading || config.audit === 'by-the-change') return
    const [target, ...named] = Object.entries(request.params as Record<string, string>)
    const detail = config.audit === 'with-the-body' ? { ...Object.fromEntries(named), ...request.body as JsonObject } : {}
    await recordAct({ caller, requestId: request.id }, { action: operationOf(schema), targetId: target?.[1] ?? null, detail })
  })
}

function operationOf (schema: unknown): string {
  return String((schema as { operationId?: unknown }).operationId)
}

export const auditRoutes: FastifyPluginAsyncTypebox<AuditUseCases> = async (app, { listAudit }) => {
  app.get('/api/admin/audit', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listAudit', 'Back office', 'List the acts of administrators, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(AuditList) },
    },
  }, async ({ query }) => await pageOf('audit', query, listAudit, asStored))
}
