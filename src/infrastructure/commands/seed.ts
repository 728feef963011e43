import { HOUR_MS } from '#domain/time.js'
import { readEnvironment } from '../config/environment.js'
import { ConfigError } from '../config/variables.js'
import { faultLines, messagesOf, readArguments, refuseArguments } from '../runtime/command-line.js'
import { loadUserTokens } from '../runtime/user-tokens.js'
import { fillShop, othersIn } from '../sample/fill.js'
import { makeServiceClient } from '../sample/service-client.js'
import { SAMPLE_DOMAIN, shopOf } from '../sample/shop.js'

/** The number of the shop without `--seed`. */
const FIRST_SHOP = '1'

/**
 * Fills a development service with a shop through its API: people, conversations in Turkish and English, channels, live rooms with products, chat
 * and orders, a month of payments in two currencies and every state, refunds, disputes, flags, parcels in every state, streamers. The same number
 * makes the same shop, and a repeat makes nothing twice.
 */
export async function seed (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { url: given, seed: number, force } } = readArguments({
    name: 'seed',
    usage: `[--url http://127.0.0.1:4000] [--seed 1] [--force]
  --url    where the service is; http://HOST:PORT without it
  --seed   which shop, from 0 to 999999: the same number makes the same shop
  --force  fills a service in production too, and one that holds what is not of the sample`,
    options: { url: { type: 'string' }, seed: { type: 'string', default: FIRST_SHOP }, force: { type: 'boolean', default: false } },
  })
  if (given !== undefined && !/^https?:/.test(given)) refuseArguments('seed', '--url must be an address such as http://127.0.0.1:4000')
  if (!/^\d{1,6}$/.test(number)) refuseArguments('seed', '--seed must be a number from 0 to 999999')
  try {
    process.stdout.write(`${await fill(env, given, Number(number), force)}\n`)
  } catch (error) {
    process.stderr.write(faultLines('basvideo seed', error))
    process.exitCode = 1
  }
}

async function fill (env: NodeJS.ProcessEnv, given: string | undefined, number: number, force: boolean): Promise<string> {
  if (!force && readEnvironment(env).NODE_ENV === 'production') throw new ConfigError('NODE_ENV', 'is production: --force fills it all the same')
  const { config: { host, port }, sign } = loadUserTokens(env)
  const url = given ?? `http://${host}:${port}`
  const call = makeServiceClient({ url, tokenOf: (sub, role) => sign({ sub, role, email: `${sub}@${SAMPLE_DOMAIN}` }, HOUR_MS) })
  const { body: health } = await call({ as: null, method: 'GET', path: '/api/health' }).catch((error: unknown) => {
    throw new Error(`no service answers at ${url} (${messagesOf(error).join(': ')}): npx --no basvideo start runs one`)
  })
  if (!(health['providers'] as ReadonlyArray<{ readonly name: string }>).some(({ name }) => name === 'simulator')) {
    throw new ConfigError('PAYMENT_PROVIDERS', 'of the service is without the simulator, which alone takes payments that move no money')
  }
  const others = force ? null : await othersIn(call)
  if (others !== null) throw new Error(`${url} holds ${others} that are not of the sample: --force fills it all the same`)
  const { made, there } = await fillShop(call, shopOf(number))
  return `The sample shop is at ${url}: ${made} things are new, ${there} were there.`
}
