import type { NodeQuarantine, Quarantine, QuarantinedWrite } from '#application/ports/durability.js'
import { DomainError } from '#domain/errors.js'
import type { EndedWrite, EndOfWrite, ToPrimary, ToWorker } from './messages.js'

/** Each journal numbers its writes by itself. A start shows a write by its number and that of the slot, which is below 1,000. A number below 10¹² is no card's. */
const SLOTS = 1000
const LIST_MS = 1000
/** A write that is tried again is one request to DynamoDB. */
const END_MS = 10_000
/** The primary waits so much longer than it waits for a worker. */
const MORE_MS = 1000

/** What a worker does about the quarantine of its own journal. */
export function makeOwnQuarantine (quarantine: () => NodeQuarantine) {
  return {
    quarantine: () => quarantine().list(),
    endQuarantined: async (how: EndOfWrite, sequence: number): Promise<EndedWrite> => {
      try {
        return { write: await quarantine()[how](sequence) }
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        return { refusal: { code: error.code, message: error.message } }
      }
    },
  }
}

interface Member {
  readonly slot: number
  readonly link: Pick<ToWorker, 'ask'>
}

/** All writes in quarantine of a start, oldest first. */
export async function quarantineOf (members: Iterable<Member>): Promise<readonly QuarantinedWrite[]> {
  const lists = await Promise.all(Array.from(members, async ({ slot, link }) => (await link.ask('quarantine', [], LIST_MS) ?? []).map((write) => shown(slot, write))))
  return lists.flat().sort((a, b) => a.acknowledgedAt.localeCompare(b.acknowledgedAt))
}

/** Ends a write at the worker that has it. */
export async function endAt (members: Iterable<Member>, how: EndOfWrite, sequence: number): Promise<EndedWrite> {
  const slot = sequence % SLOTS
  const member = [...members].find((one) => one.slot === slot)
  if (member === undefined) return { refusal: { code: 'not_found', message: 'no such write is in quarantine here' } }
  const ended = await member.link.ask('endQuarantined', [how, Math.floor(sequence / SLOTS)], END_MS)
  if (ended === null) return { refusal: UNKNOWN }
  return 'write' in ended ? { write: shown(slot, ended.write) } : ended
}

/** The quarantine of all workers, as a worker shows it. */
export function sharedQuarantine (primary: Pick<ToPrimary, 'ask'>): Quarantine {
  const end = (how: EndOfWrite) => async (sequence: number): Promise<QuarantinedWrite> => {
    const ended = await primary.ask('endQuarantined', [how, sequence], END_MS + MORE_MS) ?? { refusal: UNKNOWN }
    if ('refusal' in ended) throw new DomainError(ended.refusal.code, ended.refusal.message)
    return ended.write
  }
  return {
    list: async () => {
      const writes = await primary.ask('quarantine', [], LIST_MS + MORE_MS)
      if (writes === null) throw new DomainError(UNKNOWN.code, UNKNOWN.message)
      return writes
    },
    retry: end('retry'),
    resolve: end('resolve'),
  }
}

const UNKNOWN = { code: 'store_unavailable', message: 'the worker with this journal does not answer; look again' } as const

function shown (slot: number, write: QuarantinedWrite): QuarantinedWrite {
  return { ...write, sequence: write.sequence * SLOTS + slot }
}
