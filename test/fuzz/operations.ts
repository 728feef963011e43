import type { Contract, Parameter, Schema } from '../support/contract.js'

/** A caller. The sessions of `leaver` end, the account of `quitter` is deleted, `beginner` gets a second factor, `guarded` has one, `unguarded` switches theirs off, `operator` has the shared token alone, and `console` has entered the console. */
export type Caller = 'ayse' | 'mehmet' | 'leaver' | 'quitter' | 'beginner' | 'guarded' | 'unguarded' | 'admin' | 'operator' | 'console' | 'nobody'

/** One operation of the document, with what a client needs to call it. */
export interface FuzzOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | null
  /** Whether the body is required. */
  readonly needsBody: boolean
  readonly isProtected: boolean
  /** Whether a provider signs the body. The signature is checked before everything else. */
  readonly isSigned: boolean
  /** Who may call it. */
  readonly callers: readonly Caller[]
}

/** What the owner of a channel may do, and its owner may be any user: administrators may do all of it. */
const OF_CHANNELS = Object.fromEntries((['deleteChannel', 'deleteChannelMessage', 'editChannel', 'listChannelMembers', 'setChannelMember', 'removeChannelMember'] as const).map((id) => [id, ['admin', 'operator'] as const]))

/** Operations whose right callers have to be named: they end sessions or accounts, which other callers still need, or are about what any user may own. */
export const OWN_CALLERS: Readonly<Record<string, readonly Caller[]>> = { listSessions: ['ayse', 'leaver'], revokeSession: ['leaver'], deleteAccount: ['quitter'], changePassword: ['leaver'], exportPerson: ['leaver'], changeEmail: ['leaver'], beginSecondFactor: ['beginner'], confirmSecondFactor: ['beginner'], endSecondFactor: ['unguarded'], stepUp: ['guarded'], askReturn: ['ayse', 'admin', 'operator'], ...OF_CHANNELS }
/** Operations on things of any user, which only administrators reach. */
const OF_ANYBODY = [
  'refundPayment', 'quoteShipment', 'createShipment', 'cancelShipment', 'reportShipmentEvent', 'readLabel', 'acceptReturn', 'declineReturn', 'getStreamerStatus', 'useMinutes', 'listLedger',
  'exportRoom', 'getRoomStats', 'readRoomHistory', 'createRoom', 'editRoom', 'cancelRoom', 'startRoom', 'endRoom', 'pinInRoom', 'announceInRoom', 'deleteRoomMessage', 'listRoomReports', 'resolveRoomReport', 'listRoomMembers',
  'addModerator', 'removeModerator', 'muteInRoom', 'unmuteInRoom', 'banFromRoom', 'unbanFromRoom',
]

export function operationsOf ({ document, schemas }: Contract): FuzzOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]): FuzzOperation => {
    const { operationId: id, parameters = [], requestBody, security } = operation
    const reference = requestBody?.content['application/json']?.schema.$ref
    const isSigned = /^\/api\/(?:payments|rooms|shipments)\/webhook/.test(path)
    return {
      id,
      method: method.toUpperCase(),
      path,
      parameters,
      body: reference === undefined ? null : schemas[String(reference.split('/').at(-1))] ?? null,
      needsBody: requestBody?.required === true,
      isProtected: security.length > 0,
      isSigned,
      callers: callersOf(id, path, security.length > 0),
    }
  }))
}

function callersOf (id: string, path: string, isProtected: boolean): readonly Caller[] {
  if (!isProtected) return ['nobody']
  if (path.startsWith('/api/console/')) return ['console']
  const own = OWN_CALLERS[id]
  if (own !== undefined) return own
  if (OF_ANYBODY.includes(id) || path.startsWith('/api/admin/')) return ['admin', 'operator']
  return ['ayse', 'mehmet']
}
