import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tryDisk } from '#adapters/durability/journal/try-disk.js'
import { BadDisk } from '../../../support/bad-disk.js'
import { emptyFolder } from '../../../support/process.js'

t.test('a trial writes to the disk, syncs, and leaves nothing', async (t) => {
  const folder = emptyFolder(t)
  mkdirSync(join(folder, 'journal'))
  const { freeBytes, syncMs } = await tryDisk(folder)
  t.ok(freeBytes > 0 && syncMs > 0)
  t.same(readdirSync(folder), ['journal'])
  const disk = new BadDisk()
  await tryDisk(folder, async () => disk)
  t.same([disk.syncs, disk.files.size], [1, 0])
})

t.test('a folder that is missing is not made, and a file is no folder', async (t) => {
  const folder = emptyFolder(t)
  await t.rejects(tryDisk(join(folder, 'data')), { code: 'ENOENT' })
  t.same(readdirSync(folder), [])
  writeFileSync(join(folder, 'file'), '')
  await t.rejects(tryDisk(join(folder, 'file')), { code: 'EEXIST' })
})

t.test('a disk that is full or does not sync fails, and the file of the trial goes', async (t) => {
  for (const [call, code] of [['append', 'ENOSPC'], ['sync', 'EIO']] as const) {
    const disk = new BadDisk()
    disk.faults.push({ call, code })
    await t.rejects(tryDisk(emptyFolder(t), async () => disk), { code })
    t.equal(disk.files.size, 0)
  }
  const closed = new BadDisk()
  closed.faults.push({ call: 'open', code: 'EIO' })
  await t.rejects(tryDisk(emptyFolder(t), async () => closed), { code: 'EIO' })
})
