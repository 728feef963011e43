import t, { type Test } from 'tap'
import { makeNetgsmSender, makeTwilioSender } from '#adapters/sms/sms.js'
import type { Send, TextMessage } from '#application/ports/notification-channels.js'
import { type ProviderReply, type ProviderRequest, type ProviderServer, startProviderServer } from '../../support/provider-server.js'

const message: TextMessage = { notificationId: 'ntf_1', to: '+905551234567', text: 'BasVideo: ödemeniz alındı, şükür & +1', segments: 1 }
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Answers as Netgsm documents it: JSON with a code, refusals with 406, what is wrong with the account by its code. */
function netgsm ({ method, path, headers, body }: ProviderRequest): ProviderReply {
  if (method !== 'POST' || path !== '/sms/rest/v2/send' || headers['content-type'] !== 'application/json') return { status: 404, body: 'not found' }
  if (headers.authorization !== basic('8501234567', 'pass:word')) return { status: 406, body: { code: '30', description: 'credentials' } }
  const { msgheader, messages, encoding, iysfilter } = JSON.parse(body.toString()) as Record<string, unknown> & { messages: Array<{ msg: string, no: string }> }
  const [{ msg, no } = { msg: '', no: '' }, ...others] = messages
  if (msgheader !== 'BASVIDEO') return { status: 406, body: { code: '40', description: 'msgheader' } }
  if (msg === '' || msg.length > 917) return { status: 406, body: { code: '20', description: 'text' } }
  if (others.length > 0 || encoding !== 'TR' || iysfilter !== '0' || !/^(?:5\d{9}|00\d{7,15})$/.test(no)) return { status: 406, body: { code: '70', description: 'parameter' } }
  return { body: { code: '00', jobid: '17377215342605050417149344', description: 'queued' } }
}

/** Answers as Twilio documents it: 201 and the message, else an error with a code. */
function twilio ({ method, path, headers, body }: ProviderRequest): ProviderReply {
  const refuse = (status: number, code: number): ProviderReply => ({ status, body: { code, message: `no ${code} for +905551234567`, more_info: `https://www.twilio.com/docs/errors/${code}`, status } })
  if (headers.authorization !== basic('AC1', 'token')) return refuse(401, 20003)
  if (method !== 'POST' || path !== '/2010-04-01/Accounts/AC1/Messages.json') return refuse(404, 20404)
  const form = new URLSearchParams(body.toString())
  if (form.get('To') === '+15005550001') return refuse(400, 21211)
  if (form.get('To') === '+15005550004') return refuse(400, 21610)
  if (form.get('From') !== '+15005550006' && form.get('MessagingServiceSid') !== 'MG1') return refuse(400, 21606)
  if (form.get('Body') === '') return refuse(400, 21602)
  return { status: 201, body: { sid: 'SM1', status: 'queued', to: form.get('To'), error_code: null } }
}

const toNetgsm = ({ url }: ProviderServer, options = {}) => makeNetgsmSender({ url, user: '8501234567', password: 'pass:word', header: 'BASVIDEO', ...options })
const toTwilio = ({ url }: ProviderServer, options = {}) => makeTwilioSender({ url, user: 'AC1', password: 'token', from: '+15005550006', ...options })

t.test('Netgsm gets the text, the sender and the number in its own form', async (t) => {
  const server = await startProviderServer(t, netgsm)
  t.same(await toNetgsm(server)(message), { kind: 'sent' })
  t.same(JSON.parse(String(server.requests[0]?.body)), { msgheader: 'BASVIDEO', messages: [{ msg: message.text, no: '5551234567' }], encoding: 'TR', iysfilter: '0' })
  t.same(await toNetgsm(server)({ ...message, to: '+4915112345678' }), { kind: 'sent' })
  t.match(JSON.parse(String(server.requests[1]?.body)), { messages: [{ no: '004915112345678' }] })
})

t.test('Netgsm gets no character that its alphabet lacks', async (t) => {
  const server = await startProviderServer(t, netgsm)
  await toNetgsm(server)({ ...message, text: 'Оля 😀 € İğne' })
  t.match(JSON.parse(String(server.requests[0]?.body)), { messages: [{ msg: '??? ? € İğne' }] })
})

t.test('a refusal of the message is permanent at Netgsm, every other one temporary', async (t) => {
  const server = await startProviderServer(t, netgsm)
  t.same(await toNetgsm(server)({ ...message, text: '' }), { kind: 'permanent', reason: 'Netgsm 20' })
  t.same(await toNetgsm(server, { password: 'x' })(message), { kind: 'temporary', reason: 'Netgsm 30' })
  t.same(await toNetgsm(server, { header: 'X' })(message), { kind: 'temporary', reason: 'Netgsm 40' })
  const codes = ['00', '01', '02', '20', '30', '40', '50', '51', '70', '80', '85', '100', 'x'.repeat(500)]
  const outcomes = await Promise.all(codes.map(async (code) => await toNetgsm(await startProviderServer(t, () => ({ status: 200, body: { code } })))(message)))
  t.same(outcomes.map(({ kind }) => kind), ['sent', 'sent', 'sent', 'permanent', 'temporary', 'temporary', 'temporary', 'temporary', 'permanent', 'temporary', 'temporary', 'temporary', 'temporary'])
  t.same(outcomes.at(-1), { kind: 'temporary', reason: 'Netgsm xxxxxxxxxx' })
})

t.test('Twilio gets a form, from a number or from a messaging service', async (t) => {
  const server = await startProviderServer(t, twilio)
  t.same(await toTwilio(server)(message), { kind: 'sent' })
  t.equal(server.requests[0]?.headers['content-type'], 'application/x-www-form-urlencoded')
  t.same([...new URLSearchParams(String(server.requests[0]?.body))], [['To', message.to], ['From', '+15005550006'], ['Body', message.text]])
  t.same(await toTwilio(server, { from: 'MG1' })(message), { kind: 'sent' })
})

t.test('a refusal of the number is permanent at Twilio, every other one temporary, and its texts are not repeated', async (t) => {
  const server = await startProviderServer(t, twilio)
  t.same(await toTwilio(server)({ ...message, to: '+15005550001' }), { kind: 'permanent', reason: 'Twilio 21211' })
  t.same(await toTwilio(server)({ ...message, to: '+15005550004' }), { kind: 'permanent', reason: 'Twilio 21610' })
  t.same(await toTwilio(server, { from: '+1' })(message), { kind: 'temporary', reason: 'Twilio 21606' })
  t.same(await toTwilio(server, { password: 'x' })(message), { kind: 'temporary', reason: 'Twilio 20003' })
  t.same(await toTwilio(await startProviderServer(t, () => ({ status: 429, body: 'slow down' })))(message), { kind: 'temporary', reason: 'Twilio 429' })
  t.same(await toTwilio(await startProviderServer(t, () => ({ status: 204, body: '' })))(message), { kind: 'temporary', reason: 'Twilio 204' })
  t.same(await toTwilio(await startProviderServer(t, () => ({ status: 503, body: 'null' })))(message), { kind: 'temporary', reason: 'Twilio 503' })
})

t.test('a password does not follow a redirect', async (t) => {
  const elsewhere = await startProviderServer(t, () => ({ status: 201, body: { code: '00' } }))
  const leading = await startProviderServer(t, () => ({ status: 307, headers: { location: elsewhere.url }, body: '' }))
  for (const send of [toNetgsm(leading), toTwilio(leading)]) t.same(await send(message), { kind: 'temporary', reason: 'no answer' })
  t.same(elsewhere.requests, [])
})

const PATIENCE_MS = 10_000

async function misbehaves (t: Test, server: ProviderServer, sender: (timeoutMs: number) => Send<TextMessage>): Promise<void> {
  const send = sender(PATIENCE_MS)
  for (const misbehaviour of ['silent', 'silent_after', 'reset', 'reset_after', 'error_500', 'too_many_429', 'html', 'truncated_json', 'huge', 'redirect'] as const) {
    server.willMisbehave(misbehaviour)
    const impatient = sender(misbehaviour.startsWith('silent') ? 300 : PATIENCE_MS)
    t.match(await impatient(message), { kind: 'temporary', reason: String }, misbehaviour)
  }
  for (const to of ['', '5551234567', '+0555', '+90555123456x', '+90 555 123 45 67', '+905551234567,+905551234568', '+1234567890123456']) {
    t.same(await send({ ...message, to }), { kind: 'permanent', reason: 'no phone number' }, to)
  }
  t.equal(server.requests.length, 10)
  t.same(await send(message), { kind: 'sent' })
}

t.test('a provider that is silent, broken or redirects leads to another try, and a malformed number to no request', async (t) => {
  const [one, other] = [await startProviderServer(t, netgsm), await startProviderServer(t, twilio)]
  await misbehaves(t, one, (timeoutMs) => toNetgsm(one, { limits: { connectMs: timeoutMs, totalMs: timeoutMs, answerBytesMax: 64 * 1024 } }))
  await misbehaves(t, other, (timeoutMs) => toTwilio(other, { limits: { connectMs: timeoutMs, totalMs: timeoutMs, answerBytesMax: 64 * 1024 } }))
})
