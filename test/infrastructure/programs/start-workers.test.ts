// @own-process
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { folderOf } from '#infrastructure/workers/slots.js'
import { message } from '../../contracts/fixtures.js'
import { emptyFolder, startProgram } from '../../support/process.js'
import { ENV } from '../../support/service.js'

/** A database that does not answer. */
const AWAY = { ...ENV, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }

t.test('what cannot start is said once, before any worker begins', async (t) => {
  const start = async (env: Record<string, string>, workers: string) => await startProgram(t, 'start', env, [], ['--workers', workers]).exit
  const [memory, word, faulty] = await Promise.all([start(ENV, '2'), start(AWAY, 'some'), start({ ...AWAY, PORT: 'http' }, '2')])
  t.match(memory, { code: 1, stdout: '', stderr: /^basvideo does not start: --workers must be 1 in memory mode[^\n]*\n$/ })
  t.match(word, { code: 2, stdout: '', stderr: /^basvideo start: --workers must be auto or a number from 1 to 256; see basvideo start --help\n$/ })
  t.match(faulty, { code: 1, stdout: '', stderr: /^basvideo does not start: PORT [^\n]*\n$/ })
})

t.test('a port that is taken is said once, and ends the start', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const end = await startProgram(t, 'start', { ...AWAY, PORT: String(port) }, [], ['--workers', '2']).exit
  t.match(end, { code: 1, stderr: /^basvideo does not start: HOST, PORT: the address is taken \([^\n]*\n$/ })
})

t.test('each journal with writes gets a worker, also where fewer are wanted', async (t) => {
  const folder = emptyFolder(t)
  for (const slot of [2, 3]) {
    const journal = await openJournal(folderOf(folder, slot))
    await journal.append({ kind: 'message', message: message(`m${slot}`) })
    await journal.close()
  }
  const env = { ...AWAY, NODE_ENV: 'production', ALLOW_SIMULATOR: 'true', ORDERS: 'open', DATA_DIR: folder }
  const program = startProgram(t, 'start', env)
  const stdout = await program.says('"msg":"started"')
  t.match(stdout, /"workers":\[2,3\],"msg":"more journals hold writes than there are workers/)
  t.match(stdout, /"workers":2,"msg":"started"/)
  t.match(await startProgram(t, 'start', env, [], ['--workers', '1']).exit, { code: 1, stderr: /^basvideo does not start: DATA_DIR cannot be used: the journal in [^\n]* belongs to another process\n$/ })
  program.child.kill('SIGTERM')
  process.kill(Number(/"pid":(\d+)[^\n]*Server listening/.exec(stdout)?.[1]), 'SIGKILL')
  const { code, stdout: all } = await program.exit
  t.equal(code, 1, 'a worker has not ended in order')
  t.notMatch(all, 'BasVideo listens on')
})
