import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import t, { type Test } from 'tap'
import { checkSmtp, makeSmtpMailer, type SmtpOptions } from '#adapters/smtp/mailer.js'
import type { Mail } from '#application/ports/notification-channels.js'
import { CERTIFICATE } from '../../support/certificate.js'
import { refusal, startMailServer } from '../../support/mail-server.js'

const mail: Mail = {
  notificationId: 'ntf_1',
  to: 'ada@example.com',
  locale: 'tr',
  subject: 'Ödemeniz alındı: ₺1.234,50',
  text: 'Merhaba Ada,\n\nÖdemeniz alındı. İyi günler.',
  html: '<p>Merhaba Ada</p>',
  unsubscribeUrl: `https://api.example/unsubscribe/${'x'.repeat(200)}`,
}

const optionsOf = (port: number, options: Partial<SmtpOptions> = {}): SmtpOptions =>
  ({ host: '127.0.0.1', port, secure: false, requireTls: false, credentials: null, from: 'BasVideo <no-reply@shop.example>', ...options })
const mailer = (port: number, options: Partial<SmtpOptions> = {}) => makeSmtpMailer(optionsOf(port, options))

t.test('a mail arrives as written, with the id of its notification and the headers of one-click unsubscription', async (t) => {
  const { port, mails } = await startMailServer(t)
  t.same(await mailer(port)(mail), { kind: 'sent' })
  const [arrived] = mails
  t.match(arrived?.mail, {
    subject: mail.subject,
    messageId: '<ntf_1@shop.example>',
    from: { value: [{ name: 'BasVideo', address: 'no-reply@shop.example' }] },
    to: { value: [{ address: 'ada@example.com' }] },
  })
  t.equal(arrived?.mail.text?.trim(), mail.text)
  t.match(arrived?.mail.html, /<p>Merhaba Ada<\/p>/)
  const header = (name: string) => arrived?.mail.headerLines.find(({ key }) => key === name)?.line.replace(/\r\n\s+/g, ' ')
  t.equal(header('list-unsubscribe'), `List-Unsubscribe: <${mail.unsubscribeUrl}>`)
  t.equal(header('list-unsubscribe-post'), 'List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  t.equal(header('auto-submitted'), 'Auto-Submitted: auto-generated')
  t.same(await mailer(port)({ ...mail, unsubscribeUrl: null }), { kind: 'sent' })
  t.notMatch(mails[1]?.raw, /List-Unsubscribe/i, 'what cannot be ended says nothing of it')
  t.equal(mails[1]?.mail.messageId, arrived?.mail.messageId, 'a repeat has the same id')
})

t.test('no subject begins a header, and no address a second one', async (t) => {
  const { port, mails } = await startMailServer(t)
  await mailer(port)({ ...mail, subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nbody' })
  t.same(mails[0]?.recipients, ['ada@example.com'])
  t.notOk(mails[0]?.mail.headers.has('bcc'))
  for (const to of ['', 'ada', 'ada@example.com, eve@example.com', 'ada@example.com\r\nBcc: eve@example.com', 'Ada <ada@example.com>', '"ada"@example.com', 'a b@example.com', 'ada@example.com\u0000', 'a@b@c', 'deleted#x']) {
    t.same(await mailer(port)({ ...mail, to }), { kind: 'permanent', reason: 'no mail address' }, JSON.stringify(to))
  }
  t.equal(mails.length, 1)
})

t.test('a final refusal is permanent, every other answer temporary, and the texts of the server are not repeated', async (t) => {
  const refusing = async (code: number, at: 'onRcptTo' | 'onMailFrom' | 'onData' | 'onConnect') => {
    const { port } = await startMailServer(t, at === 'onData'
      ? { onData: (stream, _session, done) => { stream.resume().on('end', () => { done(refusal(code)) }) } }
      : { [at]: (_subject: unknown, second: unknown, third?: (error: Error) => void) => { (third ?? second as (error: Error) => void)(refusal(code)) } })
    return await mailer(port)(mail)
  }
  t.same(await refusing(550, 'onRcptTo'), { kind: 'permanent', reason: 'EENVELOPE 550' })
  t.same(await refusing(451, 'onRcptTo'), { kind: 'temporary', reason: 'EENVELOPE 451' })
  t.same(await refusing(552, 'onData'), { kind: 'permanent', reason: 'EMESSAGE 552' })
  t.same(await refusing(452, 'onData'), { kind: 'temporary', reason: 'EMESSAGE 452' })
  t.same((await refusing(554, 'onConnect')).kind, 'temporary', 'a server that takes nobody\'s mail')
})

t.test('a wrong password is temporary, and never appears', async (t) => {
  const { port, mails } = await startMailServer(t, {
    authOptional: false, allowInsecureAuth: true, onAuth: ({ password }, _session, done) => { done(password === 'right' ? null : refusal(535), { user: 'ada' }) },
  })
  t.same(await mailer(port, { credentials: { user: 'ada', pass: 'wrong' } })(mail), { kind: 'temporary', reason: 'EAUTH 535' })
  t.same(await mailer(port, { credentials: { user: 'ada', pass: 'right' } })(mail), { kind: 'sent' })
  t.equal(mails.length, 1)
})

t.test('a check of the server says whether it takes our connection and password, and sends no mail', async (t) => {
  const { port, mails } = await startMailServer(t, {
    authOptional: false, allowInsecureAuth: true, onAuth: ({ password }, _session, done) => { done(password === 'right' ? null : refusal(535), { user: 'ada' }) },
  })
  const check = async (options: Partial<SmtpOptions> = {}) => await checkSmtp(optionsOf(port, options))
  t.equal(await check({ credentials: { user: 'ada', pass: 'right' } }), null)
  t.equal(await check({ credentials: { user: 'ada', pass: 'wrong' } }), 'EAUTH 535')
  t.match(await check({ requireTls: true }), /^ETLS/)
  t.equal(await check({ timeouts: { connectMs: 200, greetingMs: 200, silenceMs: 200, totalMs: 0 } }), 'no answer in time')
  t.same(mails, [])
})

t.test('where TLS is required, a server without it gets nothing', async (t) => {
  const plain = await startMailServer(t)
  t.match(await mailer(plain.port, { requireTls: true })(mail), { kind: 'temporary', reason: /^ETLS/ })
  t.match(await mailer(plain.port, { secure: true })(mail), { kind: 'temporary' })
  t.same(plain.mails, [])
  const strange = await startMailServer(t, { disabledCommands: [] })
  t.match(await mailer(strange.port, { requireTls: true })(mail), { kind: 'temporary' }, 'nor does one whose certificate nobody vouches for')
  t.same(strange.mails, [])
})

t.test('with a valid certificate, both ways to TLS work', async (t) => {
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, CERTIFICATE.cert])
  t.teardown(() => { setDefaultCACertificates(trusted) })
  const [later, atOnce] = [await startMailServer(t, { ...CERTIFICATE, disabledCommands: [] }), await startMailServer(t, { ...CERTIFICATE, secure: true })]
  t.same(await mailer(later.port, { requireTls: true })(mail), { kind: 'sent' })
  t.same(await mailer(atOnce.port, { secure: true })(mail), { kind: 'sent' })
  t.same([...later.mails, ...atOnce.mails].map(({ secure }) => secure), [true, true])
})

async function raw (t: Test, serve: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

t.test('a server that is silent, slow, gone or not a mail server does not block', async (t) => {
  const timeouts = { connectMs: 200, greetingMs: 200, silenceMs: 200, totalMs: 400 }
  const silent = await raw(t, () => {})
  t.match(await mailer(silent, { timeouts })(mail), { kind: 'temporary', reason: 'ETIMEDOUT' })
  const stuck = await raw(t, (socket) => { socket.write('220 ready\r\n') })
  t.match(await mailer(stuck, { timeouts })(mail), { kind: 'temporary', reason: 'ETIMEDOUT' })
  const dripping = await raw(t, (socket) => {
    socket.write('220 ready\r\n')
    const drip = setInterval(() => { socket.write('250-more\r\n') }, 50)
    socket.on('close', () => { clearInterval(drip) })
  })
  t.same(await mailer(dripping, { timeouts })(mail), { kind: 'temporary', reason: 'no answer in time' })
  const gone = await raw(t, (socket) => { socket.destroy() })
  t.match(await mailer(gone, { timeouts })(mail), { kind: 'temporary' })
  const other = await raw(t, (socket) => { socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') })
  t.match(await mailer(other, { timeouts })(mail), { kind: 'temporary' })
  t.match(await mailer(1, { timeouts })(mail), { kind: 'temporary' }, 'nobody listens')
})
