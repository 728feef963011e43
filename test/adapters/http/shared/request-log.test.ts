import { pino } from 'pino'
import t from 'tap'
import { RequestLog } from '#adapters/http/shared/request-log.js'

t.test('the logger of a request is made at its first line, and writes each line', async t => {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => { lines.push(line) } })
  let made = 0
  const log = new RequestLog(() => {
    made++
    return logger.child({ requestId: 'r-1' })
  })
  log.silent()
  t.equal(made, 0)
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
  for (const level of levels) log[level]({ cause: level }, 'a %s of it', 'lot')
  log.child({ more: true }).info('from below')
  t.equal(log.level, 'trace')
  t.equal(made, 1)
  t.match(lines.map((line): unknown => JSON.parse(line)), [
    ...levels.map((level, index) => ({ level: 10 * (index + 1), requestId: 'r-1', cause: level, msg: 'a lot of it' })),
    { requestId: 'r-1', more: true, msg: 'from below' },
  ])
})
