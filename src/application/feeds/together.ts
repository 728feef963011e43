import { mergedChanges } from '#domain/channels/channel.js'
import type { Together } from '../ports/room-stores.js'

/** Rows of members that change with one page: a transaction of DynamoDB has at most 100 items. */
export const MEMBERS_MAX = 90

/** What is written with a page of all these entries. What comes later follows from what came before, and takes its place. */
export function writtenTogether<Snapshot> (before: Together<Snapshot>, after: Together<Snapshot> = {}): Together<Snapshot> {
  const { members } = after
  return { ...before, ...after, ...(members !== undefined && { members: mergedChanges([...before.members ?? [], ...members]) }) }
}
