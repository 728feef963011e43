import { ConfigError, type EnvironmentValues, type SecretOf } from './environment.js'
import { origin, split } from './lists.js'

type NonEmpty = readonly [string, ...string[]]

export interface SimulatorSettings {
  readonly name: 'simulator'
  /** The first signs, each is taken. */
  readonly secrets: NonEmpty
}

export interface StripeSettings {
  readonly name: 'stripe'
  readonly secretKey: string
  /** Each is taken, so that one can be replaced without a gap. */
  readonly webhookSecrets: NonEmpty
  /** Null: Stripe itself. */
  readonly baseUrl: string | null
}

export interface IyzicoSettings {
  readonly name: 'iyzico'
  readonly apiKey: string
  readonly secretKey: string
  /** They sign webhooks too, until iyzico has changed over to the present one. */
  readonly previousSecretKeys: readonly string[]
  readonly baseUrl: string
}

/** All that a provider's adapter has to be told, by the name under which it is configured. */
export type ProviderSettings = SimulatorSettings | StripeSettings | IyzicoSettings
export type ProviderName = ProviderSettings['name']
/** In order of preference. */
export type ProvidersSettings = readonly [ProviderSettings, ...ProviderSettings[]]

interface Sources {
  readonly values: EnvironmentValues
  readonly production: boolean
  readonly secretOf: SecretOf
}

const READERS: { readonly [Name in ProviderName]: (sources: Sources) => Extract<ProviderSettings, { name: Name }> } = {
  simulator: simulatorSettings,
  stripe: stripeSettings,
  iyzico: iyzicoSettings,
}

const IYZICO_URL = 'https://api.iyzipay.com'
const IYZICO_SANDBOX_URL = 'https://sandbox-api.iyzipay.com'

/** The providers that are wanted, each with all that it needs. @throws ConfigError */
export function providersSettings (sources: Sources): ProvidersSettings {
  const names = split(sources.values.PAYMENT_PROVIDERS)
  if (new Set(names).size < names.length) throw new ConfigError('PAYMENT_PROVIDERS', 'must name each provider once')
  const [first, ...others] = names.map((name) => {
    if (!isProviderName(name)) throw new ConfigError('PAYMENT_PROVIDERS', `must be made of ${Object.keys(READERS).join(', ')}`)
    return READERS[name](sources)
  })
  if (first === undefined) throw new ConfigError('PAYMENT_PROVIDERS', 'must name at least one provider')
  return [first, ...others]
}

function isProviderName (name: string): name is ProviderName {
  return Object.hasOwn(READERS, name)
}

/** What of the variables of all providers may never show, whether they are wanted or not. */
export function providerSecrets (values: EnvironmentValues, providers: ProvidersSettings): string[] {
  const generated = providers.flatMap((provider) => provider.name === 'simulator' ? provider.secrets : [])
  const set = [values.SIMULATOR_WEBHOOK_SECRET, values.STRIPE_SECRET_KEY, values.STRIPE_WEBHOOK_SECRETS, values.IYZICO_API_KEY, values.IYZICO_SECRET_KEY].flatMap(split)
  return [...new Set([...generated, ...set])]
}

function simulatorSettings ({ values, production, secretOf }: Sources): SimulatorSettings {
  if (production && !values.ALLOW_SIMULATOR) throw new ConfigError('ALLOW_SIMULATOR', 'must be true to take simulated payments in production')
  const [first, ...older] = split(values.SIMULATOR_WEBHOOK_SECRET)
  const signing = first ?? (production ? '' : `whsec_${Buffer.from(secretOf('SIMULATOR_WEBHOOK_SECRET')).toString('base64')}`)
  if (![signing, ...older].every((secret) => /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret))) {
    throw new ConfigError('SIMULATOR_WEBHOOK_SECRET', 'must be whsec_ and at least 24 bytes as base64')
  }
  return { name: 'simulator', secrets: [signing, ...older] }
}

function stripeSettings ({ values }: Sources): StripeSettings {
  const secretKey = values.STRIPE_SECRET_KEY ?? ''
  if (!/^(sk|rk)_(test|live)_\w+$/.test(secretKey)) throw new ConfigError('STRIPE_SECRET_KEY', 'must be a secret or restricted key, such as sk_live_…, to take payments by stripe')
  const [first, ...others] = split(values.STRIPE_WEBHOOK_SECRETS)
  if (first === undefined || ![first, ...others].every((secret) => /^whsec_\S{16,}$/.test(secret))) {
    throw new ConfigError('STRIPE_WEBHOOK_SECRETS', 'must be whsec_… of each webhook endpoint to take payments by stripe')
  }
  return {
    name: 'stripe',
    secretKey,
    webhookSecrets: [first, ...others],
    baseUrl: values.STRIPE_BASE_URL === undefined ? null : origin('STRIPE_BASE_URL', values.STRIPE_BASE_URL),
  }
}

function iyzicoSettings ({ values, production }: Sources): IyzicoSettings {
  const apiKey = values.IYZICO_API_KEY
  const [secretKey, ...previousSecretKeys] = split(values.IYZICO_SECRET_KEY)
  if (apiKey === undefined) throw new ConfigError('IYZICO_API_KEY', 'must be set to take payments by iyzico')
  if (secretKey === undefined) throw new ConfigError('IYZICO_SECRET_KEY', 'must be set to take payments by iyzico')
  const baseUrl = values.IYZICO_BASE_URL ?? (production ? IYZICO_URL : IYZICO_SANDBOX_URL)
  return { name: 'iyzico', apiKey, secretKey, previousSecretKeys, baseUrl: origin('IYZICO_BASE_URL', baseUrl) }
}
