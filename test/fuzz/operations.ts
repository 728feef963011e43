import type { Document, Parameter, Schema } from '../support/contract.js'

/** Who calls. `leaver` is somebody whose sessions end, `quitter` one whose account does; `operator` has the shared token alone. */
export type Caller = 'ayse' | 'mehmet' | 'leaver' | 'quitter' | 'admin' | 'operator' | 'nobody'

/** One operation of the document, with what a client finds out there about how to call it. */
export interface FuzzOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | null
  /** A body that has to be there. */
  readonly needsBody: boolean
  readonly isProtected: boolean
  /** A provider proves himself by a signature, and is told of nothing else before. */
  readonly isSigned: boolean
  /** Who may call it. */
  readonly callers: readonly Caller[]
}

/** Who ends what the others still need. */
export const OWN_CALLERS: Readonly<Record<string, readonly Caller[]>> = { listSessions: ['ayse', 'leaver'], revokeSession: ['leaver'], deleteAccount: ['quitter'] }
/** Only administrators see what belongs to whomever. */
const OF_ANYBODY = ['refundPayment', 'getStreamerStatus', 'useMinutes', 'listLedger']

export function operationsOf (document: Document): FuzzOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]): FuzzOperation => {
    const { operationId: id, parameters = [], requestBody, security } = operation
    const reference = requestBody?.content['application/json']?.schema.$ref
    const isSigned = path.startsWith('/api/payments/webhook')
    return {
      id,
      method: method.toUpperCase(),
      path,
      parameters,
      body: reference === undefined ? null : document.components.schemas[String(reference.split('/').at(-1))] ?? null,
      needsBody: requestBody?.required === true,
      isProtected: security.length > 0,
      isSigned,
      callers: callersOf(id, path, security.length > 0),
    }
  }))
}

function callersOf (id: string, path: string, isProtected: boolean): readonly Caller[] {
  if (!isProtected) return ['nobody']
  const own = OWN_CALLERS[id]
  if (own !== undefined) return own
  if (OF_ANYBODY.includes(id) || path.startsWith('/api/admin/')) return ['admin', 'operator']
  return ['ayse', 'mehmet']
}
