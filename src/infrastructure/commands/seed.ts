import { HOUR_MS } from '#domain/time.js'
import { readEnvironment } from '../config/environment.js'
import { ConfigError } from '../config/variables.js'
import { faultLines, messagesOf, readArguments, refuseArguments } from '../runtime/command-line.js'
import { loadUserTokens } from '../runtime/user-tokens.js'
import { fillShop, holdsOthers } from '../sample/fill.js'
import { makeServiceClient } from '../sample/service-client.js'

/**
 * Fills a development service with a small shop through its API: people, conversations in Turkish and English, payments in two currencies
 * and every state, refunds, a dispute, a flag, streamers. The shop has no rooms and no shipments. A repeat makes nothing twice.
 */
export async function seed (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { url: given, force } } = readArguments({
    name: 'seed',
    usage: `[--url http://127.0.0.1:4000] [--force]
  --url    where the service is; http://HOST:PORT without it
  --force  fills a service in production too, and one that holds other payments`,
    options: { url: { type: 'string' }, force: { type: 'boolean', default: false } },
  })
  if (given !== undefined && !/^https?:/.test(given)) refuseArguments('seed', '--url must be an address such as http://127.0.0.1:4000')
  try {
    process.stdout.write(`${await fill(env, given, force)}\n`)
  } catch (error) {
    process.stderr.write(faultLines('basvideo seed', error))
    process.exitCode = 1
  }
}

async function fill (env: NodeJS.ProcessEnv, given: string | undefined, force: boolean): Promise<string> {
  if (!force && readEnvironment(env).NODE_ENV === 'production') throw new ConfigError('NODE_ENV', 'is production: --force fills it all the same')
  const { config: { host, port }, sign } = loadUserTokens(env)
  const url = given ?? `http://${host}:${port}`
  const call = makeServiceClient({ url, tokenOf: (sub, role) => sign({ sub, role, email: `${sub}@shop.example` }, HOUR_MS) })
  const { body: health } = await call({ as: null, method: 'GET', path: '/api/health' }).catch((error: unknown) => {
    throw new Error(`no service answers at ${url} (${messagesOf(error).join(': ')}): npx --no basvideo start runs one`)
  })
  if (!(health['providers'] as ReadonlyArray<{ readonly name: string }>).some(({ name }) => name === 'simulator')) {
    throw new ConfigError('PAYMENT_PROVIDERS', 'of the service is without the simulator, which alone takes payments that move no money')
  }
  if (!force && await holdsOthers(call)) throw new Error(`${url} holds payments that are not of the sample: --force fills it all the same`)
  const { made, there } = await fillShop(call)
  return `The sample shop is at ${url}: ${made} things are new, ${there} were there.`
}
