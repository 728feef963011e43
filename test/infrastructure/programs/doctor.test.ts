import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { failure, startFaultProxy } from '../../support/dynamodb-proxy.js'
import { refusal, startMailServer } from '../../support/mail-server.js'
import { emptyFolder, startProgram } from '../../support/process.js'
import { startProviderServer } from '../../support/provider-server.js'
import { startStripeServer } from '../../support/stripe-server.js'

async function doctor (t: Test, env: Record<string, string>, args: string[] = [], cwd = emptyFolder(t)) {
  const { code, stdout, stderr } = await startProgram(t, 'doctor', env, [], args, cwd).exit
  return { code, lines: stdout.trim().split('\n'), stderr }
}

t.test('a development service of which nothing is wrong gets a line for each look and exit code 0, and nothing is made', async (t) => {
  const folder = emptyFolder(t)
  t.same(await doctor(t, {}, [], folder), {
    code: 0,
    stderr: '',
    lines: [
      'ok    configuration: development, memory mode, payments by simulator',
      'ok    DynamoDB: is not used in memory mode',
      'ok    payments by simulator: it needs no key',
      'ok    mail: no SMTP_URL: mails are shown at /dev/outbox',
      'ok    SMS: no SMS_PROVIDER: SMS are shown at /dev/outbox',
      'ok    DATA_DIR: not set: there is no journal',
      'Nothing is wrong.',
    ],
  })
  t.same(readdirSync(folder), [], 'not even the secrets of development')
})

t.test('where everything is wrong, each is a line with a remedy, none holds a secret, and the exit code is 1', async (t) => {
  const dynamoDb = await startFaultProxy('http://127.0.0.1:1')
  t.teardown(dynamoDb.stop)
  dynamoDb.plan = () => failure('InvalidSignatureException', { message: 'the secret geheim-aws does not fit' })
  const stripe = await startStripeServer(t)
  const { port } = await startMailServer(t, { authOptional: false, allowInsecureAuth: true, onAuth: (_auth, _session, done) => { done(refusal(535)) } })
  const sms = await startProviderServer(t, ({ headers }) => ({ status: 406, body: { code: '30', description: `not ${headers.authorization}` } }))
  const secrets = { JWT_SECRET: 'geheim-jwt-geheim-jwt-geheim-jwt-1', STRIPE_SECRET_KEY: 'sk_test_geheimStripe', AWS_SECRET_ACCESS_KEY: 'geheim-aws' }
  const { code, lines } = await doctor(t, {
    ...secrets,
    AWS_ACCESS_KEY_ID: 'AKIA',
    DYNAMODB_ENDPOINT: dynamoDb.endpoint,
    PAYMENT_PROVIDERS: 'stripe',
    STRIPE_WEBHOOK_SECRETS: 'whsec_geheimWebhook0123',
    STRIPE_BASE_URL: stripe.url,
    SMTP_URL: `smtp://ada:geheim-mail@127.0.0.1:${port}`,
    MAIL_FROM: 'a@shop.example',
    SMS_PROVIDER: 'netgsm',
    SMS_URL: sms.url,
    NETGSM_USERCODE: '850',
    NETGSM_PASSWORD: 'geheim-sms',
    NETGSM_HEADER: 'BASVIDEO',
    DATA_DIR: join(emptyFolder(t), 'missing'),
  })
  t.equal(code, 1)
  t.match(lines, [/^ok {4}configuration: /, /^ok {4}clock: /, /^FAULT DynamoDB: /, /^FAULT payments by stripe: /, /^FAULT mail: /, /^FAULT SMS by netgsm: /, /^FAULT DATA_DIR: /, /^5 of 7 are wrong\.$/])
  for (const line of lines.slice(2, -1)) t.match(line, /\. Remedy: \w/)
  t.notMatch(lines.join('\n'), /geheim/)
})

t.test('a configuration with faults is all that is looked at, and a program that there is not is refused', async (t) => {
  const { code, lines } = await doctor(t, { PORT: 'http' })
  t.equal(code, 1)
  t.match(lines, [/^FAULT configuration: PORT must be integer\. Remedy: /, /^note {2}the rest: /, /^1 of 2 are wrong\.$/])
  t.match(await doctor(t, {}, ['--program', 'fly']), { code: 2, stderr: 'basvideo doctor: --program must be start, tables, backfill, drain; see basvideo doctor --help\n' })
})
