/** `npm run sync`: looks at the calls to the kernel, and finds a sync of the journal before each acknowledgement. Needs strace. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { as, ENV } from '../support/service.js'
import { freePort } from '../support/free-port.js'

const WRITES = 50

if (spawnSync('strace', ['-V']).status !== 0) {
  process.stderr.write('strace is not installed: nothing was looked at\n')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'basvideo-sync-'))
const trace = join(folder, 'trace')
const port = await freePort()
const main = fileURLToPath(import.meta.resolve('#infrastructure/programs/start.js'))
const child = spawn('strace', ['-f', '-q', '-s', '32', '-e', 'trace=fdatasync,write,writev', '-o', trace, process.execPath, main], {
  env: { PATH: process.env['PATH'], ...ENV, DATA_DIR: join(folder, 'data'), PORT: String(port), LOG_LEVEL: 'silent' },
  stdio: 'ignore',
})
const ended = once(child, 'exit')
const url = `http://127.0.0.1:${port}`
while (!await fetch(`${url}/api/health/live`).then(() => true, () => false)) await setTimeout(50)
// One after another, so that each acknowledgement has a sync of its own.
for (let write = 0; write < WRITES; write++) {
  const body = JSON.stringify({ receiverId: 'mehmet', message: 'merhaba', clientMessageId: `m-${write}` })
  await (await fetch(`${url}/api/messages`, { method: 'POST', headers: { ...as('ayse'), 'content-type': 'application/json' }, body })).text()
}
spawnSync('pkill', ['-P', String(child.pid)])
await ended

let syncs = 0
let [acknowledged, early] = [0, 0]
for (const line of readFileSync(trace, 'utf8').split('\n')) {
  if (/fdatasync(?:\(\d+\)| resumed>\)?)\s*=\s*0/.test(line)) syncs++
  if (!line.includes('HTTP/1.1 201')) continue
  acknowledged++
  if (syncs < acknowledged) early++
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${acknowledged} acknowledgements, ${syncs} syncs of the journal, ${early} acknowledgements before their sync\n`)
process.exitCode = acknowledged === WRITES && early === 0 ? 0 : 1
