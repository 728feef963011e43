import t from 'tap'
import type { Occurrence } from '#domain/error-log/occurrence.js'
import { makeLogger, makeRedactor, REDACTED_PATHS } from '#infrastructure/runtime/logger.js'

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
const CARD = '4242424242424242'

t.test('a value with the form of a secret is removed from a line, wherever it is', async t => {
  const redact = makeRedactor(['known"secret\\'])
  for (const secret of [TOKEN, `Bearer ${TOKEN}`, 'Bearer abc.def', 'whsec_c2VjcmV0c2VjcmV0', 'sk_live_abc123', 'rk_test_abc', 'known"secret\\']) {
    for (const value of [secret, `before ${secret} after`, { deep: [{ text: secret }] }, { [secret]: 1 }]) {
      const clean = redact(JSON.stringify({ value }))
      t.notOk(clean.includes(JSON.stringify(secret).slice(1, -1)), `${secret} in ${JSON.stringify(value)}`)
      t.ok(clean.includes('[redacted]'))
      t.ok(JSON.parse(clean))
    }
  }
})

t.test('a card number becomes nines, in texts and numbers, and the line stays JSON', async t => {
  const redact = makeRedactor([])
  for (const card of [CARD, '4242 4242 4242 4242', '4242-4242-4242-4242', '4242.4242.4242.4242', '378282246310005', '6304000000000000']) {
    const clean = redact(JSON.stringify({ text: `card ${card}!`, number: Number(card.replace(/\D/g, '')) }))
    t.notOk(clean.includes(card))
    t.notMatch(clean, /4242|378282|6304/)
    t.ok(JSON.parse(clean))
  }
  for (const harmless of ['1234567890123', '490154203237518', 'b2424242-4242-4242-4242-42424242424f', 'TR33 0006 1005 1978 6457 8413 26', '2026-11-23T13:00:00.000Z', '0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10', '12500']) t.equal(redact(`{"a":"${harmless}"}`), `{"a":"${harmless}"}`)
})

t.test('a logger also censors by name, and writes lines of JSON with the time', async t => {
  const lines: string[] = []
  const logger = makeLogger({ level: 'debug', secrets: ['the-signing-secret'], write: (line) => { lines.push(line) } })
  for (const name of ['authorization', 'cookie', 'x-admin-token', 'password', 'token', 'secret', 'metadata', 'body']) {
    logger.info({ [name]: 'kanarya', a: { [name]: 'kanarya', b: { [name]: { c: 'kanarya' } } } }, name)
  }
  t.equal(REDACTED_PATHS.length, 24)
  logger.error({ err: new Error(`no ${TOKEN}, no the-signing-secret, no ${CARD}`) }, 'failed')
  logger.debug('shown')
  logger.trace('not shown')
  t.equal(lines.length, 10)
  for (const line of lines) {
    t.match(JSON.parse(line), { level: Number, time: /^\d{4}-\d\d-\d\dT/, msg: String })
    t.notMatch(line, new RegExp(`kanarya|the-signing-secret|${CARD}|${TOKEN}`))
  }
  t.match(lines[8], /"stack":/)
})

t.test('each line from error on is told on without secrets, and has the id of its error', async t => {
  const lines: string[] = []
  const heard: Occurrence[] = []
  const onError = (occurrence: Occurrence) => `err_${heard.push(occurrence)}`
  const logger = makeLogger({ level: 'info', secrets: ['the-signing-secret'], write: (line) => { lines.push(line) }, onError })
  const error = Object.assign(new TypeError(`no ${TOKEN}`, { cause: new Error(`the-signing-secret "${CARD}"`) }), { code: 'ERR_X' })
  logger.warn({ err: error }, 'no error')
  logger.info('no error')
  logger.error({ err: error, job: 'drain' }, 'a job failed')
  logger.child({ requestId: 'r-1' }).error({ err: error, where: 'GET /' }, 'Internal error')
  logger.error({ provider: 'iyzico', about: 'access', code: '1001' }, 'refused')
  logger.error({ eventId: 'e', type: 'payment.succeeded', reason: 'busy' }, 'parked')
  logger.fatal(error)
  logger.error('a text alone')
  logger.error({ provider: 'iyzico' })
  logger.error({ carrier: 'kargo', about: 'create' }, 'no answer')
  t.match(heard, [
    { kind: 'job', where: 'drain', name: 'TypeError', code: 'ERR_X', message: 'no [redacted]: [redacted] "9999999999999999"', stack: /^TypeError: no \[redacted\]\n[^]*caused by: Error: \[redacted\]/, requestId: null, traceId: null },
    { kind: 'request', where: 'GET /', requestId: 'r-1' },
    { kind: 'provider', where: 'iyzico access', name: 'Error', code: '1001', message: 'refused', stack: null },
    { kind: 'event', where: 'payment.succeeded', message: 'parked: busy' },
    { kind: 'process', where: '', name: 'TypeError' },
    { kind: 'process', where: '', name: 'Error', message: 'a text alone' },
    { kind: 'provider', where: 'iyzico', message: '' },
    { kind: 'provider', where: 'kargo create', message: 'no answer' },
  ])
  t.same(lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['errorId']), [undefined, undefined, ...heard.map((_, index) => `err_${index + 1}`)])
  t.match(lines.slice(2).map((line) => JSON.parse(line) as object), [
    { job: 'drain', msg: 'a job failed' }, { requestId: 'r-1', where: 'GET /' }, {}, {}, { err: { type: 'TypeError' } }, { msg: 'a text alone' }, {}, {},
  ])
  t.notMatch(JSON.stringify(heard), new RegExp(`the-signing-secret|${CARD}|${TOKEN}`))
})
