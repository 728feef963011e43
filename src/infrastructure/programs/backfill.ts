/**
 * `basvideo backfill`: adds the attributes that newer indexes need to the messages of the earlier application. Ctrl-C
 * stops it; another run continues from there.
 */
import { SingleBar } from 'cli-progress'
import { backfill } from '#adapters/dynamodb/schema/backfill.js'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { readArguments } from '../runtime/command-line.js'

readArguments({ name: 'backfill', usage: '', options: {} })
const stop = new AbortController()
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())

const bar = new SingleBar({
  format: '[{bar}] {percentage}% | {value} of about {total} messages | {eta_formatted} left',
  gracefulExit: false,
  noTTYOutput: true,
  stream: process.stderr,
})
const { database, close } = openDatabase({ ...serverOptions(process.env), tableNames: tableNames(process.env) })
let line = 'The back-fill is done.'
bar.start(0, 0)
try {
  const done = await backfill(database, {
    signal: stop.signal,
    onProgress: (looked, total) => {
      bar.setTotal(Math.max(looked, total))
      bar.update(looked)
    },
  })
  if (!done) [line, process.exitCode] = ['Stopped. Run it again to go on from here.', 130]
} catch (error) {
  line = `Stopped by an error, run it again to go on from here: ${messagesOf(error).join(': ')}`
  process.exitCode = 1
}
bar.stop()
close()
process.stderr.write(`${line}\n`)

function messagesOf (error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : []
}
