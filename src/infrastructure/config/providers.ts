import type { MakeGateway, Provider } from '#adapters/exchange/provider.js'
import { iyzico } from '#adapters/gateways/iyzico/provider.js'
import { simulator } from '#adapters/gateways/simulator/provider.js'
import { stripe } from '#adapters/gateways/stripe/provider.js'
import { readListed, schemaOf, secretsOf, secretVariables, type Sources, valuesOf, variablesOf } from './provider-values.js'
import { ConfigError, split } from './variables.js'

/** Every payment provider, in the order of the documentation. Configuration, documentation and wiring follow from this list. */
const LIST = { simulator, stripe, iyzico }

type List = typeof LIST
export type ProviderName = keyof List
type VariablesOf<Name extends ProviderName> = List[Name]['variables']
type SettingsOf<Name extends ProviderName> = ReturnType<List[Name]['settings']>
export type ProviderSettings = SettingsOf<ProviderName>

/** The same list, typed so that a provider and its settings are known to belong together. */
const PROVIDERS: { readonly [Name in ProviderName]: Provider<Name, VariablesOf<Name>, SettingsOf<Name>> } = LIST

export const PROVIDER_NAMES = Object.keys(LIST) as readonly ProviderName[]

const VARIABLES = variablesOf(PROVIDER_NAMES.map((name) => PROVIDERS[name]))

/** Every variable of every provider, for the schema of the environment. */
export const providerSchema = schemaOf(VARIABLES)

export const PROVIDER_SECRETS = secretVariables(VARIABLES)

/** In order of preference. */
export type ProvidersSettings = readonly [ProviderSettings, ...ProviderSettings[]]

/** The providers of PAYMENT_PROVIDERS, each with its settings, and every secret of every provider, used or not. @throws ConfigError */
export function readProviders (sources: Sources & { readonly values: { readonly PAYMENT_PROVIDERS: string } }): { readonly providers: ProvidersSettings, readonly secrets: readonly string[] } {
  const secrets = new Set<string>()
  const providers = readListed('PAYMENT_PROVIDERS', split(sources.values.PAYMENT_PROVIDERS), (name) => {
    if (!isProviderName(name)) throw new ConfigError('PAYMENT_PROVIDERS', `must be made of ${PROVIDER_NAMES.join(', ')}`)
    return settingsOf(name, sources, secrets)
  })
  for (const [name, variable] of VARIABLES) for (const secret of secretsOf(variable, sources.values[name])) secrets.add(secret)
  return { providers, secrets: [...secrets] }
}

/** Loads the gateway of a provider, and no other. */
export async function loadGateway (settings: ProviderSettings): Promise<MakeGateway> {
  return await load(settings.name, settings)
}

async function load<Name extends ProviderName> (name: Name, settings: SettingsOf<Name>): Promise<MakeGateway> {
  return await PROVIDERS[name].load(settings)
}

function isProviderName (name: string): name is ProviderName {
  return Object.hasOwn(LIST, name)
}

/** Adds the secrets that it uses to `secrets`, generated ones among them. */
function settingsOf<Name extends ProviderName> (name: Name, sources: Sources, secrets: Set<string>): SettingsOf<Name> {
  const { variables, settings } = PROVIDERS[name]
  return settings(valuesOf(variables, sources, secrets), sources.production)
}
