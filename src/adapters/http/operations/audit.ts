import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditUseCases } from '#application/audit/use-cases.js'
import type { AuditedBy } from '#application/ports/account-stores.js'
import { USER_ID_PATTERN } from '#domain/accounts/user.js'
import { containsCardNumber } from '#domain/card-number.js'
import type { Caller } from '#domain/accounts/session.js'
import type { AuditEntry } from '#domain/audit.js'
import type { JsonObject } from '#domain/json.js'
import type { Policy } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { asStored, NextCursor, pageOf, pageQuery, RANGE, timeRange } from '../shared/lists.js'
import { HttpProblem } from '../shared/problem.js'
import { Metadata, nullable, ref, Timestamp } from '../shared/schemas.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `by-the-change`: the use case writes the line with its change. `reading-too`: the route only reads, and is recorded nevertheless.
     * `with-the-body`: the line holds what was decided, with its note.
     */
    audit?: 'by-the-change' | 'reading-too' | 'with-the-body'
  }
  interface FastifyRequest {
    /** The act that began, with its line if there is one already. */
    act: Pick<AuditEntry, 'action' | 'targetId' | 'detail'> & { readonly entry: AuditEntry | null } | null
  }
}

export const AuditList = Type.Object({
  items: Type.Array(Type.Object({
    auditId: Type.String(),
    action: Type.String({ description: 'The `operationId` of the request' }),
    actorId: nullable(Type.String({ description: 'The administrator, or the id of an API key; null for the shared token' })),
    targetId: nullable(Type.String({ description: 'The id in the address of the request, or of what it made' })),
    detail: Metadata,
    outcome: nullable(Type.String({ description: '`done`, `accepted`, or the code of the refusal; null where the act began and its end is not known' })),
    requestId: Type.String({ description: 'The `x-request-id` of the request' }),
    createdAt: Timestamp,
  }, { title: 'AuditEntry' })),
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
      outcome: 'done',
      requestId: '0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55',
      createdAt: '2026-11-23T13:00:00.000Z',
    }],
    nextCursor: null,
  }],
})

const READING = new Set(['GET', 'HEAD'])
/** Routes on which administrators act for others. What they do for themselves as users is not recorded. */
const RECORDED: ReadonlySet<Policy | undefined> = new Set<Policy>(['admin', 'user-or-admin', 'console'])

const SUCCESSES: Readonly<Record<number, string>> = { 202: 'accepted' }
/** Members of a body whose values are ids or words of ours. Numbers are recorded too, and of all other members the name alone. */
const CODES: ReadonlySet<string> = new Set(['as', 'currency', 'decision', 'disputeId', 'flag', 'refundId', 'role', 'status'])
const ID_SHAPE = new RegExp(USER_ID_PATTERN)
const MEMBER = /^[a-z][A-Za-z]{0,39}$/
/** Requests that a limit refused were no acts yet. */
const LIMITED = new Set([429, 503])

/**
 * Records each act of an administrator before it is carried out, and its outcome when it is answered. A request that is refused before it
 * becomes an act is recorded with its refusal. Reading is not recorded, except exports, which copy the data out of the service.
 */
export function registerAudit (app: FastifyInstance, { recordAct, recordOutcome }: Pick<AuditUseCases, 'recordAct' | 'recordOutcome'>): void {
  app.decorateRequest('act', null)
  app.addHook('preHandler', async (request) => {
    const caller = recordedCaller(request)
    if (caller === null) return
    const act = actOf(request)
    const isInTheChange = request.routeOptions.config.audit === 'by-the-change'
    request.act = { ...act, entry: isInTheChange ? null : await recordAct({ caller, requestId: request.id }, { ...act, outcome: null }) }
  })
  app.addHook('onSend', async (request, { statusCode: status }, payload) => {
    const caller = recordedCaller(request)
    if (caller === null) return
    const answer = typeof payload === 'string' ? payload : ''
    const outcome = PROBLEM.exec(answer)?.[1] ?? SUCCESSES[status] ?? 'done'
    const { entry, ...act } = request.act ?? { ...attemptOf(request), entry: null }
    try {
      if (entry !== null) await recordOutcome(entry, { targetId: entry.targetId ?? ID.exec(answer)?.[1] ?? null, outcome })
      else if (status >= 400 && (request.act !== null || !LIMITED.has(status))) await recordAct({ caller, requestId: request.id }, { ...act, outcome })
    } catch (error) {
      request.log.error({ err: error }, 'the outcome of an act was not recorded')
    }
  })
}

const PROBLEM = /^\{"type":"urn:basvideo:problem:(\w+)"/
/** The id of what an act has made, which comes first in its answer. */
const ID = /^\{(?:"\w+":\{)?"\w+Id":"([\w-]+)"/

/** The administrator whose request is recorded: who acts for others, and who has scopes but not that of the route. */
function recordedCaller ({ caller, method, routeOptions: { config } }: FastifyRequest): Caller | null {
  const isReading = READING.has(method) && config.audit !== 'reading-too'
  const isTrying = caller?.scopes !== undefined && (config.policy === 'admin' || config.policy === 'console' || caller.userId === null)
  return caller !== null && (caller.admin || isTrying) && RECORDED.has(config.policy) && !isReading ? caller : null
}

type Begun = Pick<AuditEntry, 'action' | 'targetId' | 'detail'>

function actOf ({ routeOptions: { schema, config }, params, body }: FastifyRequest): Begun {
  const [target, ...named] = idsIn(params)
  const given = config.audit === 'with-the-body' ? body as JsonObject : valuesIn(body)
  return { action: operationOf(schema), targetId: target?.[1] ?? null, detail: { ...Object.fromEntries(named), ...given } }
}

/** What was never checked is recorded by its names alone, and its target where that looks like an id. */
function attemptOf ({ routeOptions: { schema }, params, body }: FastifyRequest): Begun {
  const [[, target] = ['', '']] = idsIn(params)
  return { action: operationOf(schema), targetId: ID_SHAPE.test(target) && !containsCardNumber(target) ? target : null, detail: { fields: namesIn(body) } }
}

function idsIn (params: unknown): Array<[name: string, id: string]> {
  return Object.entries(params as Record<string, string>)
}

function valuesIn (body: unknown): JsonObject {
  const values = Object.entries(body ?? {}).filter(([name, value]) => typeof value === 'number' || (typeof value === 'string' && CODES.has(name)))
  return { ...Object.fromEntries(values) as JsonObject, fields: namesIn(body) }
}

function namesIn (body: unknown): string[] {
  return Object.keys(body ?? {}).filter((name) => MEMBER.test(name))
}

function operationOf (schema: unknown): string {
  return String((schema as { operationId?: unknown }).operationId)
}

export const auditRoutes: FastifyPluginAsyncTypebox<AuditUseCases> = async (app, { listAudit }) => {
  app.get('/api/admin/audit', {
    config: { policy: 'admin', scope: 'read', refuses: ['unknown_time_zone'] },
    schema: {
      ...describe('listAudit', 'Back office', 'List the acts of administrators, newest first: all, or those of one actor, or those on one target'),
      querystring: pageQuery({
        actorId: Type.Optional(Type.String({ pattern: AUDITED_ID, description: 'What this user or API key did. Not together with `targetId`' })),
        targetId: Type.Optional(Type.String({ pattern: AUDITED_ID, description: 'What was done to what has this id. Not together with `actorId`' })),
        ...RANGE,
      }),
      response: { 200: ref(AuditList) },
    },
  }, async ({ query }) => {
    const filter = { by: auditedBy(query), ...timeRange(query) }
    const narrowed = filter.by === null && filter.from === null && filter.to === null ? '' : ` ${JSON.stringify(filter)}`
    return await pageOf(`audit${narrowed}`, query, async (page) => await listAudit(filter, page), asStored)
  })
}

/** Ids in addresses, of whatever noun. */
const AUDITED_ID = '^[A-Za-z0-9_.:@|+=#-]{1,256}$'

/** @throws validation_failed for both: no index lists what one actor did to one target */
function auditedBy ({ actorId, targetId }: { readonly actorId?: string, readonly targetId?: string }): AuditedBy | null {
  if (actorId !== undefined && targetId !== undefined) throw new HttpProblem('validation_failed', '/querystring/targetId is not taken together with actorId')
  if (actorId !== undefined) return { end: 'actorId', id: actorId }
  return targetId === undefined ? null : { end: 'targetId', id: targetId }
}
