import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openLogOutput } from '#infrastructure/runtime/log-output.js'
import { emptyFolder } from '../../support/process.js'

const lineOf = (index: number): string => `{"line":${String(index).padStart(6, '0')},"text":"${'x'.repeat(980)}"}\n`

/** Reads what is in the pipe now. */
function drain (fd: number): string {
  const buffer = Buffer.alloc(1 << 20)
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return ''
    throw error
  }
}

function makePipe (t: Test): { readonly reader: number, readonly writer: number } {
  const path = join(emptyFolder(t), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY) }
}

t.test('a file has every line in order once the log has ended, and none that comes later', async (t) => {
  const path = join(emptyFolder(t), 'log')
  const { write, end, dropped } = openLogOutput(openSync(path, 'w'))
  const lines = Array.from({ length: 100 }, (_, index) => lineOf(index))
  lines.forEach(write)
  await end()
  write('late\n')
  t.equal(readFileSync(path, 'utf8'), lines.join(''))
  t.equal(dropped(), 1)
})

t.test('a frozen reader costs the lines beyond a bound alone, and finds those that waited whole and in order', async (t) => {
  const { reader, writer } = makePipe(t)
  const { write, end, dropped } = openLogOutput(writer)
  for (let index = 0; index < 6000; index++) write(lineOf(index))
  t.ok(dropped() > 1500 && dropped() < 2500, `${dropped()} dropped`)
  let text = ''
  while (text.length < (6000 - dropped()) * lineOf(0).length) {
    text += drain(reader)
    await new Promise(setImmediate)
  }
  t.equal(text, Array.from({ length: 6000 - dropped() }, (_, index) => lineOf(index)).join(''))
  await end()
  closeSync(reader)
})

t.test('the end of a log waits for a frozen reader no longer than a moment', async (t) => {
  const { reader, writer } = makePipe(t)
  const { write, end } = openLogOutput(writer)
  for (let index = 0; index < 1000; index++) write(lineOf(index))
  const start = performance.now()
  await end()
  t.ok(performance.now() - start < 3000)
  closeSync(reader)
})

t.test('lines that no one can read any more are dropped, however the reader went', async (t) => {
  const { reader, writer } = makePipe(t)
  const later = openLogOutput(writer)
  closeSync(reader)
  const gone = openLogOutput(writer)
  const full = openLogOutput(openSync('/dev/full', 'w'))
  const folder = openLogOutput(openSync('.', 'r'))
  for (const { write, end, dropped } of [later, gone, full, folder]) {
    for (let index = 0; index < 6000; index++) write(lineOf(index))
    t.ok(dropped() > 1500)
    await end()
  }
})
