/**
 * `npm run bench:journal`: acknowledgements a second of our journal and of SQLite that syncs each transaction, and the
 * turns that each leaves to the event loop.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { fileDisk } from '#adapters/durability/journal/disk.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { clock } from '#adapters/system/system.js'

const MEASURE_MS = 3000
const AT_ONCE = [1, 16, 256]
const VALUE = { text: 'x'.repeat(500) }

const folder = mkdtempSync(join(tmpdir(), 'basvideo-journal-'))
const journal = await Journal.open({ codec: { encode: (value: typeof VALUE) => value, decode: (stored) => stored as typeof VALUE }, disk: await fileDisk(join(folder, 'journal')), clock })
journal.release()
const database = new DatabaseSync(join(folder, 'journal.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (sequence INTEGER PRIMARY KEY, value TEXT)')
const insert = database.prepare('INSERT INTO entry (value) VALUES (?)')

process.stdout.write('| callers at once | our file, /s | SQLite, /s | × | turns of the event loop meanwhile, × |\n|---|---|---|---|---|\n')
for (const callers of AT_ONCE) {
  const ours = await measure(callers, async () => { await journal.append(VALUE) })
  const theirs = await measure(callers, async () => { insert.run(JSON.stringify(VALUE)) })
  const cells = [callers, Math.round(ours.perSecond), Math.round(theirs.perSecond), (ours.perSecond / theirs.perSecond).toFixed(1), (ours.turns / theirs.turns).toFixed(1)]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
await journal.close()
database.close()
rmSync(folder, { recursive: true, force: true })

async function measure (callers: number, write: () => Promise<void>): Promise<{ perSecond: number, turns: number }> {
  const end = performance.now() + MEASURE_MS
  let [done, turns] = [0, 0]
  await Promise.all([
    ...Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        await write()
        done++
        // A caller stands for a request, and other requests have their turn before its next write.
        await setImmediate()
      }
    }),
    (async () => { for (; performance.now() < end; turns++) await setImmediate() })(),
  ])
  return { perSecond: done / (MEASURE_MS / 1000), turns }
}
