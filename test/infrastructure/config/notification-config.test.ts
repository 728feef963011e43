import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { ConfigError } from '#infrastructure/config/variables.js'
import { WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const never = (): string => SECRET
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true', ORDERS: 'open' }
const MAIL = { SMTP_URL: 'smtps://mail.example', MAIL_FROM: 'BasVideo <no-reply@shop.example>', UNSUBSCRIBE_SECRET: 'another secret that no one can guess' }

const notifications = (env: Record<string, string>) => loadConfig(env, never).notifications

t.test('a mail server is a URL, with its own port, TLS and account', async (t) => {
  t.same(notifications({ ...PRODUCTION, ...MAIL, SMTP_URL: 'smtps://ad%40a:p%3Aw@mail.example' }).smtp,
    { host: 'mail.example', port: 465, secure: true, requireTls: false, credentials: { user: 'ad@a', pass: 'p:w' }, from: MAIL.MAIL_FROM })
  t.match(notifications({ ...PRODUCTION, ...MAIL, SMTP_URL: 'smtp://mail.example' }).smtp, { port: 587, secure: false, requireTls: true, credentials: null })
  t.match(notifications({ ...PRODUCTION, ...MAIL, SMTP_URL: 'smtp://mail', ALLOW_PLAIN_SMTP: 'true' }).smtp, { secure: false, requireTls: false })
  t.match(notifications({ ...MAIL, SMTP_URL: 'smtp://127.0.0.1:1025' }).smtp, { port: 1025, secure: false, requireTls: false })
  t.match(notifications({ OPERATIONS_EMAIL: 'ops@shop.example', DEFAULT_LOCALE: 'en', DEFAULT_TIME_ZONE: 'UTC' }).defaults, { operationsEmail: 'ops@shop.example', locale: 'en', timeZone: 'UTC' })
})

t.test('the app has an address without a slash at the end, by https in production', async (t) => {
  t.equal(notifications({}).appUrl, null)
  t.equal(notifications({ ...PRODUCTION, APP_URL: 'https://shop.example/app//' }).appUrl, 'https://shop.example/app')
  t.equal(notifications({ ...PRODUCTION, APP_URL: 'http://localhost:3000' }).appUrl, 'http://localhost:3000')
  t.equal(notifications({ APP_URL: 'http://127.0.0.1:3000' }).appUrl, 'http://127.0.0.1:3000')
})

t.test('SMS go to Türkiye, or to the countries that are listed, and to none where no SMS are sent', async (t) => {
  t.same(notifications({}).smsCountries, ['TR'])
  t.same(notifications({ ...PRODUCTION, SMS_COUNTRIES: 'TR, DE', SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u', NETGSM_PASSWORD: 'a long password', NETGSM_HEADER: 'H' }).smsCountries, ['TR', 'DE'])
  t.same(notifications(PRODUCTION).smsCountries, [])
})

t.test('production generates nothing, and needs no key of links where no mail is sent', async (t) => {
  const generated = (): string => { throw new Error('nothing is generated here') }
  t.equal(loadConfig({ ...PRODUCTION }, generated).notifications.unsubscribeSecret, null)
  t.equal(loadConfig({ ...PRODUCTION, ...MAIL }, generated).notifications.unsubscribeSecret, MAIL.UNSUBSCRIBE_SECRET)
})

t.test('passwords and keys are among the secrets of the log', async (t) => {
  const { secrets } = loadConfig({ ...PRODUCTION, ...MAIL, SMTP_URL: 'smtps://ada:geheim@mail.example', SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u', NETGSM_PASSWORD: 'parola', NETGSM_HEADER: 'H' }, never)
  for (const secret of ['geheim', 'parola', MAIL.UNSUBSCRIBE_SECRET]) t.ok(secrets.includes(secret), secret)
})

t.test('providers of SMS get their settings and address', async (t) => {
  t.equal(notifications({ NETGSM_USERCODE: 'u' }).sms, null)
  t.same(notifications({ SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u', NETGSM_PASSWORD: 'p', NETGSM_HEADER: 'H' }).sms, { provider: 'netgsm', url: 'https://api.netgsm.com.tr', user: 'u', password: 'p', header: 'H' })
  t.same(notifications({ SMS_PROVIDER: 'twilio', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'p', TWILIO_FROM: '+1' }).sms, { provider: 'twilio', url: 'https://api.twilio.com', user: 'AC1', password: 'p', from: '+1' })
})

t.test('a wrong variable stops the service with its name', async (t) => {
  const wrong: Array<[string, Record<string, string>]> = [
    ...['mail.example', 'https://mail.example', 'smtp://', 'smtp:'].map((SMTP_URL): [string, Record<string, string>] => ['SMTP_URL', { ...MAIL, SMTP_URL }]),
    ...['', 'BasVideo', 'a@b\r\nBcc: c@d', 'x <a>', 'a@b <c@d> e'].map((MAIL_FROM): [string, Record<string, string>] => ['MAIL_FROM', { ...MAIL, MAIL_FROM }]),
    ...['shop.example', 'javascript:x', 'https://a@shop.example', 'https://shop.example/?a=b', 'https://shop.example/#a'].map((APP_URL): [string, Record<string, string>] => ['APP_URL', { APP_URL }]),
    ...['XX', 'Türkiye', ',', 'TR,tr'].map((SMS_COUNTRIES): [string, Record<string, string>] => ['SMS_COUNTRIES', { SMS_COUNTRIES }]),
    ['APP_URL', { ...PRODUCTION, APP_URL: 'http://shop.example' }],
    ['UNSUBSCRIBE_SECRET', { ...PRODUCTION, ...MAIL, UNSUBSCRIBE_SECRET: '' }],
    ['UNSUBSCRIBE_SECRET', { ...MAIL, UNSUBSCRIBE_SECRET: 'short' }],
    ['DEFAULT_TIME_ZONE', { DEFAULT_TIME_ZONE: 'Europe/Ankara' }],
    ['DEFAULT_LOCALE', { DEFAULT_LOCALE: 'de' }],
    ['SMS_PROVIDER', { SMS_PROVIDER: 'pigeon' }],
    ['SMS_URL', { SMS_URL: 'ftp://x' }],
    ['SMS_URL', { SMS_URL: 'https://' }],
    ['SMS_URL', { ...PRODUCTION, SMS_URL: 'http://sms.example' }],
    ['TWILIO_AUTH_TOKEN', { ...PRODUCTION, SMS_PROVIDER: 'twilio', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 't', TWILIO_FROM: '+1' }],
    ['NETGSM_PASSWORD', { ...PRODUCTION, NETGSM_PASSWORD: 'aaaaaa' }],
    ['NETGSM_USERCODE', { SMS_PROVIDER: 'netgsm' }],
    ['NETGSM_PASSWORD', { SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u' }],
    ['NETGSM_HEADER', { SMS_PROVIDER: 'netgsm', NETGSM_USERCODE: 'u', NETGSM_PASSWORD: 'p' }],
    ['TWILIO_ACCOUNT_SID', { SMS_PROVIDER: 'twilio' }],
    ['TWILIO_AUTH_TOKEN', { SMS_PROVIDER: 'twilio', TWILIO_ACCOUNT_SID: 'AC1' }],
    ['TWILIO_FROM', { SMS_PROVIDER: 'twilio', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'p' }],
  ]
  for (const [variable, env] of wrong) {
    t.throws(() => loadConfig(env, never), { name: ConfigError.name, message: new RegExp(`^${variable} `) }, JSON.stringify(env))
  }
})
