import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { signatureOf } from '#adapters/carriers/easypost/webhook.js'
import { START } from '../../../support/builders.js'
import { easyPostWebhook, trackerOf, WEBHOOK_SECRET } from '../../../support/carriers/easypost-server.js'
import { carrierAt } from './support.js'

const BODY = readFileSync(join(process.cwd(), 'test/fixtures/easypost-event.json')).subarray(0, -1)
const SIGNATURE = 'hmac-sha256-hex=38f3f53c103713df81616a0a186d77141957323ec21d5fe9363db93840f527db'

const carrier = carrierAt('http://127.0.0.1:9', { webhookSecrets: ['an older secret of it', 'sécret', WEBHOOK_SECRET] })

t.test("EasyPost's published event under its published secret has its published signature, however the secret is composed", async (t) => {
  t.equal(BODY.length, 3_550)
  t.equal(signatureOf('s\u00e9cret', BODY), SIGNATURE)
  t.equal(signatureOf('se\u0301cret', BODY), SIGNATURE)
  const webhook = carrier.verifyWebhook({ headers: { 'x-hmac-signature': SIGNATURE }, body: BODY, now: START })
  t.match(webhook, { eventId: 'evt_1', type: 'tracker.updated', carrierKey: null, carrierReference: null, trackingNumber: '1' })
  if (!Array.isArray(webhook.news)) throw new Error('it says what happened')
  t.same(webhook.news.map(({ kind }: { kind: string }) => kind), ['registered', 'in_transit', 'in_transit', 'in_transit', 'in_transit', 'in_transit', 'in_transit'])
})

t.test('the signature covers every byte of the body, and nothing but a whole one counts', async (t) => {
  const tampered = Buffer.from(BODY)
  tampered[3_000] = Number(tampered[3_000]) ^ 1
  const strange: ReadonlyArray<readonly [unknown, Buffer]> = [
    [SIGNATURE, tampered], [SIGNATURE, Buffer.concat([BODY, Buffer.from('\n')])], [SIGNATURE.slice(0, -1), BODY], [SIGNATURE.slice('hmac-sha256-hex='.length), BODY],
    ['', BODY], [undefined, BODY], [[SIGNATURE], BODY], [`hmac-sha256-hex=${createHmac('sha256', 'sécret').update(BODY).digest('hex')}`, BODY],
  ]
  for (const [signature, body] of strange) {
    t.throws(() => carrier.verifyWebhook({ headers: { 'x-hmac-signature': signature as string }, body, now: START }), { code: 'invalid_webhook_signature' })
  }
})

function read (event: object) {
  return carrier.verifyWebhook({ ...easyPostWebhook(event), now: START })
}

t.test('a tracker without reports, and every word about a refund, lead to a question', async (t) => {
  const tracker = { ...trackerOf('EZ1', 'unknown', []), shipment_id: 'shp_1' }
  t.match(read({ id: 'evt_2', description: 'tracker.created', result: tracker }), { carrierReference: 'shp_1', trackingNumber: 'EZ1', news: 'ask' })
  t.match(read({ id: 'evt_3', description: 'refund.successful', result: { shipment_id: 'shp_1', status: 'refunded' } }), { carrierReference: 'shp_1', trackingNumber: null, news: 'ask' })
})

t.test('what is about no shipment is left aside', async (t) => {
  t.match(read({ id: 'evt_4', description: 'batch.created', result: { shipment_id: 'shp_1' } }), { carrierReference: null, trackingNumber: null, news: null })
})

t.test('a signed webhook that cannot be read is no webhook', async (t) => {
  for (const event of [{ description: 'tracker.updated' }, { id: 'evt_5' }, { id: 'trk_5', description: 'tracker.updated' }]) t.throws(() => read(event), { code: 'invalid_webhook' })
  const body = Buffer.from('["evt_1"]')
  t.throws(() => carrier.verifyWebhook({ headers: { 'x-hmac-signature': signatureOf(WEBHOOK_SECRET, body) }, body, now: START }), { code: 'invalid_webhook' })
})
