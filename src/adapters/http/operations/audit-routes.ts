import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditUseCases } from '#application/audit/use-cases.js'
import type { Policy } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { describe, problems } from '../openapi/route-docs.js'
import { Metadata, NextCursor, nullable, pageQuery, ref, Timestamp } from '../shared/schemas.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `by-the-change`: the line is written in the same step. `reading-too`: what is only read leaves a line as well. */
    audit?: 'by-the-change' | 'reading-too'
  }
}

export const AuditList = Type.Object({
  items: Type.Array(Type.Object({
    auditId: Type.String(),
    action: Type.String({ description: '`operationId` of what was asked for' }),
    actorId: nullable(Type.String({ description: 'Null for the shared token' })),
    targetId: nullable(Type.String({ description: 'Id in the address of the request' })),
    detail: Metadata,
    requestId: Type.String({ description: 'x-request-id' }),
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
/** What a person with the role does for himself is his own business. */
const OFFICIAL: ReadonlySet<Policy | undefined> = new Set<Policy>(['admin', 'user-or-admin'])

/**
 * Puts down what administrators ask for, before it is done: what fails afterwards is in the log of requests under the same id. Reading
 * leaves no line, but for exports, which take the data out of the house.
 */
export function registerAudit (app: FastifyInstance, { recordAct }: Pick<AuditUseCases, 'recordAct'>): void {
  app.addHook('preHandler', async (request) => {
    const { caller, routeOptions: { schema, config } } = request
    const isReading = READING.has(request.method) && config.audit !== 'reading-too'
    if (caller?.admin !== true || !OFFICIAL.has(config.policy) || isReading || config.audit === 'by-the-change') return
    await recordAct({ caller, requestId: request.id }, operationOf(schema), targetOf(request))
  })
}

function operationOf (schema: unknown): string {
  return String((schema as { operationId?: unknown }).operationId)
}

function targetOf ({ params }: FastifyRequest): string | null {
  const [target = null] = Object.values(params as Record<string, string>)
  return target
}

export const auditRoutes: FastifyPluginAsyncTypebox<AuditUseCases> = async (app, { listAudit }) => {
  app.get('/api/admin/audit', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listAudit', 'Back office', 'What administrators have done, newest first'),
      querystring: pageQuery({}),
      response: { 200: ref(AuditList), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query }) => {
    const { items, nextKey } = await listAudit(decodePage('audit', query))
    return { items: [...items], nextCursor: encodeCursor('audit', nextKey) }
  })
}
