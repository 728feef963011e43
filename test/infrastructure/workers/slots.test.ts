import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError } from '#infrastructure/config/variables.js'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { workersOf, workersWanted } from '#infrastructure/workers/count.js'
import { channelOf, endOf } from '#infrastructure/workers/channel.js'
import { folderOf, holdsWrites, slotsFor, slotsIn } from '#infrastructure/workers/slots.js'
import { message } from '../../contracts/fixtures.js'
import { emptyFolder } from '../../support/process.js'

/** A folder with journals: slot → whether it holds a write. */
async function folderWith (t: Parameters<typeof emptyFolder>[0], journals: Readonly<Record<number, boolean>>): Promise<string> {
  const folder = emptyFolder(t)
  for (const [slot, isFull] of Object.entries(journals)) {
    const journal = await openJournal(folderOf(folder, Number(slot)))
    if (isFull) await journal.append({ kind: 'message', message: message(`m${slot}`) })
    await journal.close()
  }
  return folder
}

t.test('the first worker has the journal of a service that is one process, each other one a folder of its own', async (t) => {
  t.same([1, 2, 30].map((slot) => folderOf('/data', slot)), ['/data', '/data/worker-2', '/data/worker-30'])
  const folder = await folderWith(t, { 3: false, 1: true })
  for (const name of ['worker-4', 'worker-0/journal', 'worker-x/journal', 'other/journal']) mkdirSync(join(folder, name), { recursive: true })
  t.same(slotsIn(folder), [1, 3])
  t.same([slotsIn(join(folder, 'missing')), slotsIn(null), folderOf(null, 2), await holdsWrites(null, 1)], [[], [], null, false])
  t.same(await Promise.all([1, 2, 3].map(async (slot) => await holdsWrites(folder, slot))), [true, false, false])
})

t.test('a start takes the journals that hold writes, then the first others, and more than it was told rather than leave one', async (t) => {
  t.same(await slotsFor(3, null), [1, 2, 3])
  t.same(await slotsFor(2, emptyFolder(t)), [1, 2])
  t.same(await slotsFor(2, await folderWith(t, { 1: true })), [1, 2])
  t.same(await slotsFor(2, await folderWith(t, { 1: true, 2: false, 3: false })), [1, 2])
  t.same(await slotsFor(2, await folderWith(t, { 1: false, 2: false, 3: true })), [1, 3])
  t.same(await slotsFor(1, await folderWith(t, { 1: true, 2: true, 4: true })), [1, 2, 4])
  t.same(await slotsFor(1, await folderWith(t, { 2: true })), [2])
})

t.test('a journal that another process has is said before anything starts', async (t) => {
  const folder = await folderWith(t, { 1: false })
  const journal = await openJournal(folderOf(folder, 2))
  await t.rejects(slotsFor(2, folder), new ConfigError('DATA_DIR', `cannot be used: the journal in ${join(folder, 'worker-2', 'journal')} belongs to another process`))
  await journal.close()
})

t.test('DynamoDB mode takes any number of workers, and memory mode one', async (t) => {
  t.same([workersWanted(undefined), workersWanted('auto'), workersWanted('12'), workersWanted('256')], [null, 'auto', 12, 256])
  t.same([null, 3].map((wanted) => workersOf({ mode: 'dynamodb' }, wanted)), [null, 3])
  t.ok(Number(workersOf({ mode: 'dynamodb' }, 'auto')) >= 1)
  t.same([null, 'auto', 1].map((wanted) => workersOf({ mode: 'memory' }, wanted as 'auto')), [null, null, null])
  t.throws(() => workersOf({ mode: 'memory' }, 2), { message: /^--workers must be 1 in memory mode/ })
})

t.test('a process that does not read costs the memory of a thousand messages', async (t) => {
  const sent: Array<() => void> = []
  const channel = channelOf({ send: (_message, done) => sent.push(() => { done(null) }) > 0, on: () => {} })
  for (let count = 0; count < 1005; count++) channel.send([])
  t.equal(sent.length, 1000)
  for (const done of sent.slice(0, 2)) done()
  for (let count = 0; count < 5; count++) channel.send([])
  t.equal(sent.length, 1002)
  channelOf({ on: () => {} }).send([])
})

t.test('a process ends by its code or a signal, or could not be begun', async (t) => {
  const ends = [['exit', 3, null], ['exit', null, 'SIGKILL'], ['error', new Error('too many processes')]] as const
  t.same(await Promise.all(ends.map(async ([event, ...values]) => {
    const begun = new EventEmitter()
    const end = endOf(begun)
    begun.emit(event, ...values)
    return await end
  })), ['code 3', 'SIGKILL', 'too many processes'])
})
