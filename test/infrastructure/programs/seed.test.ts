import t, { type Test } from 'tap'
import { freePort } from '../../support/free-port.js'
import { emptyFolder, listening, startProgram } from '../../support/process.js'
import { startStripeServer, STRIPE_KEY } from '../../support/stripe-server.js'
import { ENV, JWT_SECRET, startService } from '../../support/service.js'

async function seed (t: Test, args: string[], env: Record<string, string> = { JWT_SECRET }, cwd = emptyFolder(t)) {
  const { code, stdout, stderr } = await startProgram(t, 'seed', env, [], args, cwd).exit
  return { code, stdout, stderr }
}

t.test('seed fills the service that was started in the same folder, and says how much is new', async (t) => {
  const folder = emptyFolder(t)
  const url = await listening(startProgram(t, 'start', { PORT: '0', RECONCILE_PER_MINUTE: '0' }, [], [], folder))
  const port = new URL(url).port
  t.match(await seed(t, [], { PORT: port }, folder), { code: 0, stdout: new RegExp(`^The sample shop is at ${url}: [1-9]\\d+ things are new, 0 were there\\.\n$`), stderr: '' })
  t.match(await seed(t, ['--url', url], {}, folder), { code: 0, stdout: /: 0 things are new, [1-9]\d+ were there\.\n$/ })
  t.match(await seed(t, ['--url', url, '--seed', '2'], {}, folder), { code: 0, stdout: /: [1-9]\d+ things are new, 0 were there\.\n$/ })
})

t.test('seed refuses production and a service that holds other payments, unless it is told to', async (t) => {
  const production = { NODE_ENV: 'production', JWT_SECRET: ENV['JWT_SECRET'] ?? '' }
  t.same(await seed(t, [], production), { code: 1, stdout: '', stderr: 'basvideo seed: NODE_ENV is production: --force fills it all the same\n' })
  const { call, url } = await startService(t, { listen: true, env: { ORDERS: 'open', RECONCILE_PER_MINUTE: '0' } })
  const { stdout: token } = await startProgram(t, 'token', { JWT_SECRET }, [], ['ada']).exit
  await call('POST', '/api/payments/process', { authorization: `Bearer ${token.trim()}`, 'idempotency-key': 'k' }, { amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } })
  t.same(await seed(t, ['--url', url()]), { code: 1, stdout: '', stderr: `basvideo seed: ${url()} holds payments that are not of the sample: --force fills it all the same\n` })
  t.match(await seed(t, ['--url', url(), '--force']), { code: 0, stdout: /things are new, 0 were there/ })
})

t.test('seed needs a service that answers, with the simulator, and whose tokens it can sign', async (t) => {
  t.match(await seed(t, ['--url', `http://127.0.0.1:${await freePort()}`]), { code: 1, stdout: '', stderr: /^basvideo seed: no service answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\): npx --no basvideo start runs one\n$/ })
  t.match(await seed(t, [], { AUTH_MODE: 'local' }), { code: 1, stdout: '', stderr: 'basvideo seed: AUTH_MODE is local: this command signs tokens where it is secret\n' })
  t.match(await seed(t, ['--seed', '-1']), { code: 2, stdout: '' })
  t.match(await seed(t, ['--seed', 'one']), { code: 2, stdout: '', stderr: /^basvideo seed: --seed must be a number/ })
  t.match(await seed(t, ['--url', 'localhost']), { code: 2, stdout: '', stderr: /^basvideo seed: --url must be an address/ })
  const stripe = await startStripeServer(t)
  const { url } = await startService(t, { listen: true, env: { PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef', STRIPE_BASE_URL: stripe.url } })
  t.match(await seed(t, ['--url', url()]), { code: 1, stdout: '', stderr: /^basvideo seed: PAYMENT_PROVIDERS of the service is without the simulator/ })
  t.same(stripe.requests, [], 'no provider is asked')
})
