import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { earlierMapping } from '#infrastructure/config/earlier-payments.js'

/** The path of a file with this content. */
function fileWith (t: Test, content: string | Uint8Array): string {
  const path = join(t.testdir(), 'earlier-payments.json')
  writeFileSync(path, content)
  return path
}

function faultOf (t: Test, content: string | Uint8Array): string {
  try {
    earlierMapping(fileWith(t, content))
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

t.test('the file says how rows of payments of the earlier application are read', async (t) => {
  const file = {
    amountUnit: 'minor', fields: { amount: 'total', providerReference: 'charge' }, statuses: { Paid: 'succeeded' }, defaults: { currency: 'TRY', provider: 'stripe', status: 'failed' },
  }
  const path = fileWith(t, `\ufeff${JSON.stringify(file)}`)
  const mapping = { ...file, statuses: { paid: 'succeeded' } }
  t.same(earlierMapping(path), mapping)
  t.same(loadConfig({ EARLIER_PAYMENTS_FILE: path }, () => 'generated-secret-of-development-mode').dynamodb.earlierPayments, mapping)
  t.same(earlierMapping(fileWith(t, '{"amountUnit":"major"}')), { amountUnit: 'major', fields: {}, statuses: {}, defaults: {} })
  for (const none of [undefined, '']) t.equal(earlierMapping(none), undefined)
})

t.test('a file is refused at start, in one line with all of its faults', async (t) => {
  t.equal(faultOf(t, JSON.stringify({ amountUnit: 'lira', fields: { userId: 'u', amount: '' }, statuses: { done: 'good' }, defaults: { currency: 'tl' }, more: 1 })),
    'EARLIER_PAYMENTS_FILE names a file with faults: it must NOT have additional properties: more; amountUnit must be equal to one of the allowed values: major, minor; ' +
    'fields must NOT have additional properties: userId; fields.amount must NOT have fewer than 1 characters; ' +
    'statuses.done must be equal to one of the allowed values: pending, succeeded, failed, canceled, partially_refunded, refunded; defaults.currency must match pattern "^[A-Z]{3}$"')
  t.match(faultOf(t, '{}'), /faults: it must have required property 'amountUnit'$/)
  t.match(faultOf(t, '[]'), /faults: it must be object$/)
  t.match(faultOf(t, '{"amountUnit":"major","statuses":{"":"failed"}}'), /faults: statuses must NOT have fewer than 1 characters: $/)
  t.match(faultOf(t, '{"amountUnit":"major","defaults":{"currency":"XYZ"}}'), /faults: defaults.currency must be an ISO 4217 code that is in use$/)
  t.match(faultOf(t, JSON.stringify({ amountUnit: 'major', statuses: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`s${index}`, 'failed'])) })), /statuses must NOT have more than 100/)
  t.match(faultOf(t, 'major'), /no JSON/)
  t.match(faultOf(t, new Uint8Array([0xff])), /cannot be read \(ERR_ENCODING_INVALID_ENCODED_DATA\)/)
  t.match(faultOf(t, ' '.repeat(64 * 1024 + 1)), /more than 64 KiB/)
  t.throws(() => earlierMapping('/nowhere.json'), { name: 'ConfigError', message: 'EARLIER_PAYMENTS_FILE cannot be read (ENOENT)' })
  t.throws(() => loadConfig({ EARLIER_PAYMENTS_FILE: '/nowhere.json', PORT: 'x' }, () => 'generated-secret-of-development-mode'), { message: /EARLIER_PAYMENTS_FILE cannot be read \(ENOENT\)/ })
})
