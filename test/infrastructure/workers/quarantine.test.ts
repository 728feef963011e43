import t from 'tap'
import type { NodeQuarantine, QuarantinedWrite } from '#application/ports/durability.js'
import { DomainError } from '#domain/errors.js'
import { Hub } from '#infrastructure/workers/hub.js'
import { sharedQuarantine } from '#infrastructure/workers/quarantine.js'
import { at } from '../../contracts/fixtures.js'
import { workerOf } from '../../support/workers.js'

/** A quarantine that notes what is done about it. */
function quarantineWith (sequence: number, seconds: number) {
  const write: QuarantinedWrite = { sequence, kind: 'message', subjectId: `msg_${sequence}`, reason: 'blocked', acknowledgedAt: at(seconds), quarantinedAt: at(60), payment: null }
  const done: string[] = []
  const end = (how: string) => async (asked: number): Promise<QuarantinedWrite> => {
    if (asked !== sequence) throw new DomainError('not_found', 'no such write')
    done.push(how)
    return write
  }
  const quarantine: NodeQuarantine = { list: () => [write], retry: end('retry'), resolve: end('resolve') }
  return { quarantine, done }
}

t.test('a worker shows the quarantine of all, and ends each write where it is', async (t) => {
  const hub = new Hub()
  const [one, other] = [quarantineWith(7, 20), quarantineWith(7, 10)]
  const { shared: { quarantine } } = workerOf(t, hub, 1, one.quarantine)
  workerOf(t, hub, 12, other.quarantine)
  t.same((await quarantine.list()).map(({ sequence, acknowledgedAt }) => [sequence, acknowledgedAt]), [[7012, at(10)], [7001, at(20)]])
  t.match(await quarantine.retry(7012), { sequence: 7012, subjectId: 'msg_7' })
  t.match(await quarantine.resolve(7001), { sequence: 7001 })
  t.same([one.done, other.done], [['resolve'], ['retry']])
  for (const sequence of [8001, 7003]) await t.rejects(quarantine.retry(sequence), { code: 'not_found' })
})

t.test('a write at a worker that fails, and a list without the primary, are not known', async (t) => {
  const hub = new Hub()
  const { shared: { quarantine } } = workerOf(t, hub, 1)
  await t.rejects(quarantine.retry(7001), { code: 'store_unavailable' })
  const { shared, state } = workerOf(t, hub, 2)
  state.isCut = true
  await t.rejects(async () => await shared.quarantine.list(), { code: 'store_unavailable' })
  await t.rejects(sharedQuarantine({ ask: async () => null }).resolve(7001), { code: 'store_unavailable' })
  t.same(await quarantine.list(), [], 'a worker that hangs shows nothing')
})
