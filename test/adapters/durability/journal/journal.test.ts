import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import t from 'tap'
import { fileDisk, lockFolder } from '#adapters/durability/journal/disk.js'
import { decodeRecords, encodeRecord } from '#adapters/durability/journal/journal-files.js'
import { BadDisk } from '../../../support/bad-disk.js'
import { START } from '../../../support/builders.js'
import { diskWith, openJournal, values } from '../../../support/journals.js'

t.test('a crash keeps acknowledged entries and their order', async (t) => {
  const disk = await diskWith('a', 'b', 'c')
  disk.crash()
  const journal = await openJournal(disk)
  t.same([...journal.pending()], ['a', 'b', 'c'].map((value, index) => ({ sequence: index + 1, at: START, value })))
  t.equal(journal.depth, 3)
  t.equal((await journal.append('d')).sequence, 4)
})

t.test('appends that come together share a sync', async (t) => {
  const disk = new BadDisk()
  const journal = await openJournal(disk)
  const words = Array.from({ length: 200 }, (_, index) => `word ${index}`)
  const entries = await Promise.all(words.map(async (word) => await journal.append(word)))
  t.same(entries.map(({ value }) => value), words)
  t.equal(disk.syncs, 2, 'one for the first append, one for those that arrived during it')
  disk.crash()
  t.same(values(await openJournal(disk)), words)
})

t.test('settled entries do not come back, and a file with none left is replaced', async (t) => {
  const disk = await diskWith('a', 'b', 'c')
  const journal = await openJournal(disk)
  journal.settle(2)
  journal.settle(2)
  await journal.tidy()
  t.same(values(journal), ['a', 'c'])
  t.same(values(await openJournal(disk)), ['a', 'c'])
  journal.settle(1)
  journal.settle(3)
  await journal.tidy()
  await journal.tidy()
  t.equal(disk.only.bytes.length, 0)
  const later = await openJournal(disk)
  t.same([values(later), (await later.append('d')).sequence], [[], 4], 'no sequence number is given twice')
  later.settle(4)
  await later.tidy()
  const last = await openJournal(disk)
  last.settle(4)
  await last.tidy()
  await last.close()
  t.same([...disk.files.keys()], ['journal-000000000005.log'])
})

t.test('an entry whose settling is not on disk comes back after a crash', async (t) => {
  const disk = await diskWith('a')
  const journal = await openJournal(disk)
  journal.settle(1)
  disk.crash()
  t.same(values(await openJournal(disk)), ['a'])
  disk.faults.push({ call: 'open', code: 'EIO' })
  await journal.tidy()
  t.same(disk.faults, [])
  await journal.tidy()
  t.same(values(await openJournal(disk)), [], 'a failed tidy is repeated')
})

t.test('a crash after the new file and before the removal of the old one repeats no sequence number', async (t) => {
  const disk = await diskWith('a')
  const journal = await openJournal(disk)
  journal.settle(1)
  disk.faults.push({ call: 'remove', code: 'EIO' })
  await journal.tidy()
  t.equal(disk.files.size, 2)
  const next = await openJournal(disk)
  t.same(values(next), ['a'], 'it waits to be settled again')
  await journal.tidy()
  t.same([...disk.files.keys()], ['journal-000000000002.log'], 'a failed tidy is repeated, in the same file')
  t.equal((await journal.append('b')).sequence, 2)
})

t.test('a record of a kind that this version does not know stays in the files', async (t) => {
  const disk = await diskWith('a', 'b')
  const newer = { kind: 'postponed', sequence: 2, until: START }
  disk.only.bytes = Buffer.concat([disk.only.bytes, encodeRecord(newer)])
  const journal = await openJournal(disk)
  t.same(values(journal), ['a', 'b'])
  for (const sequence of [1, 2]) journal.settle(sequence)
  await journal.tidy()
  t.same([...disk.files.keys()], ['journal-000000000003.log'], 'the settled entries are gone')
  t.strictSame(decodeRecords(disk.only.bytes, '').values, [newer])
})

t.test('tidy and close wait for running appends', async (t) => {
  const disk = await diskWith('a', 'b')
  const journal = await openJournal(disk)
  journal.settle(1)
  const appended = journal.append('c')
  await journal.tidy()
  await appended
  const last = journal.append('d')
  await journal.close()
  await last
  t.same(values(await openJournal(disk)), ['b', 'c', 'd'])
})

t.test('an append waits for a running tidy', async (t) => {
  const journal = await openJournal(await diskWith('a', 'b'))
  journal.settle(1)
  const tidied = journal.tidy()
  const { sequence } = await journal.append('c')
  await tidied
  t.equal(sequence, 3)
  t.same(values(journal), ['b', 'c'])
})

t.test('on a real disk one process owns the files, and only its owner can read them', async (t) => {
  const folder = t.testdir()
  const disk = await fileDisk(`${folder}/data`)
  const unlock = lockFolder(`${folder}/data`)
  const journal = await openJournal(disk)
  await Promise.all(['a', 'b', 'c'].map(async (word) => await journal.append(word)))
  journal.settle(1)
  await journal.tidy()
  await journal.close()
  const again = await openJournal(disk)
  t.same(values(again), ['b', 'c'])
  const [name] = readdirSync(`${folder}/data`).filter((file) => file.endsWith('.log'))
  t.equal(statSync(`${folder}/data/${String(name)}`).mode & 0o777, 0o600)
  const intruder = `import { lockFolder } from ${JSON.stringify(import.meta.resolve('#adapters/durability/journal/disk.js'))}; lockFolder(${JSON.stringify(`${folder}/data`)})`
  const attempt = (): string => spawnSync(process.execPath, ['--input-type=module', '-e', intruder], { encoding: 'utf8' }).stderr
  t.match(attempt(), /belongs to another process/)
  unlock()
  t.equal(attempt(), '')
  for (const { sequence } of again.pending()) again.settle(sequence)
  await again.tidy()
  t.same(readdirSync(`${folder}/data`).filter((file) => file.endsWith('.log')), ['journal-000000000004.log'])
  await again.close()
})

t.test('compacting a mostly settled file loses and repeats no entry, whatever fails and wherever it crashes', async (t) => {
  const words = Array.from({ length: 1000 }, (_, index) => `word ${index}`)
  const disk = new BadDisk()
  const journal = await openJournal(disk)
  await Promise.all(words.map(async (word) => await journal.append(word)))
  await journal.quarantine(999, 'odd')
  for (let sequence = 1; sequence <= 900; sequence++) journal.settle(sequence)
  const rest = words.slice(900).filter((word) => word !== 'word 998')
  const before = disk.only.bytes.length

  disk.faults.push({ call: 'append', code: 'ENOSPC', written: 5000 })
  await journal.tidy()
  t.same(values(journal), rest, 'a full disk changes nothing')
  t.equal(disk.files.size, 1, 'and leaves no file behind')
  disk.crash(Infinity)
  t.same(values(await openJournal(disk)).slice(-rest.length), rest)
  for (const call of ['open', 'truncate', 'sync'] as const) {
    disk.faults.push({ call, code: 'EIO' })
    await journal.tidy()
    t.same(values(journal), rest, `a failed ${call} changes nothing`)
  }
  await journal.tidy()
  t.ok(disk.only.bytes.length < before / 5, 'the settled entries are gone')
  disk.crash()
  const after = await openJournal(disk)
  t.same([values(after), after.quarantined().map(({ value, reason }) => [value, reason])], [rest, [['word 998', 'odd']]])
  t.equal((await after.append('later')).sequence, 1001)
  await after.readmit(999)
  await after.discard(1000)
  disk.crash()
  t.same(values(await openJournal(disk)), [...words.slice(900, 999), 'later'])
})
