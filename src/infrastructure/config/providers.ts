import { Type, type TSchema } from '@sinclair/typebox'
import type { MakeGateway, Provider, Values, Variable, Variables } from '#adapters/exchange/provider.js'
import { iyzico } from '#adapters/gateways/iyzico/provider.js'
import { simulator } from '#adapters/gateways/simulator/provider.js'
import { stripe } from '#adapters/gateways/stripe/provider.js'
import { address, ConfigError, origin, readAll, split, type SecretOf } from './variables.js'

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

const VARIABLES: ReadonlyArray<readonly [name: string, variable: Variable]> = PROVIDER_NAMES.flatMap((name) => Object.entries<Variable>(PROVIDERS[name].variables))

/** Every variable of every provider, for the schema of the environment. */
export const providerSchema: Readonly<Record<string, TSchema>> = Object.fromEntries(VARIABLES.map(([name, variable]) => [name, schemaOf(variable)]))

/** The variables that hold secrets of providers. `isOwn`: the operator of the service makes them. */
export const PROVIDER_SECRETS = VARIABLES.filter(([, { kind }]) => kind === 'secret' || kind === 'secrets').map(([name, variable]) => ({
  name,
  isOwn: 'generate' in variable,
  secretsOf: (values: Readonly<Record<string, unknown>>) => secretsOf(variable, values[name]),
}))

function schemaOf (variable: Variable): TSchema {
  const { description } = variable
  switch (variable.kind) {
    case 'permission': return Type.Boolean({ default: false, description })
    case 'choice': return Type.Unsafe<string>({ type: 'string', enum: [...variable.values], default: variable.values[0], description })
    default: return Type.Optional(Type.String({ description }))
  }
}

/** In order of preference. */
export type ProvidersSettings = readonly [ProviderSettings, ...ProviderSettings[]]

interface Sources {
  readonly values: Readonly<Record<string, unknown>> & { readonly PAYMENT_PROVIDERS: string, readonly ALLOW_TEST_KEYS: boolean }
  readonly production: boolean
  readonly secretOf: SecretOf
}

/** The providers of PAYMENT_PROVIDERS, each with its settings, and every secret of every provider, used or not. @throws ConfigError */
export function readProviders (sources: Sources): { readonly providers: ProvidersSettings, readonly secrets: readonly string[] } {
  const names = split(sources.values.PAYMENT_PROVIDERS)
  if (new Set(names).size < names.length) throw new ConfigError('PAYMENT_PROVIDERS', 'must name each provider once')
  const secrets = new Set<string>()
  const [first, ...others] = Object.values(readAll(Object.fromEntries(names.map((name) => [name, () => {
    if (!isProviderName(name)) throw new ConfigError('PAYMENT_PROVIDERS', `must be made of ${PROVIDER_NAMES.join(', ')}`)
    return settingsOf(name, sources, secrets)
  }]))))
  if (first === undefined) throw new ConfigError('PAYMENT_PROVIDERS', 'must name at least one provider')
  for (const [name, variable] of VARIABLES) for (const secret of secretsOf(variable, sources.values[name])) secrets.add(secret)
  return { providers: [first, ...others], secrets: [...secrets] }
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

function valuesOf<V extends Variables> (variables: V, sources: Sources, secrets: Set<string>): Values<V> {
  const [permissions, others] = [true, false].map((isPermission) => Object.fromEntries(Object.entries(variables)
    .filter(([, { kind }]) => (kind === 'permission') === isPermission)
    .map(([name, variable]) => [name, () => valueOf(name, variable, sources, secrets)])))
  // Without a permission, no other variable matters.
  return { ...readAll({ ...permissions }), ...readAll({ ...others }) } as Values<V>
}

function valueOf (name: string, variable: Variable, sources: Sources, secrets: Set<string>): Values<Variables>[string] {
  const { values, production, secretOf } = sources
  const value = values[name]
  switch (variable.kind) {
    case 'permission':
      if (production && value !== true) throw new ConfigError(name, variable.reason)
      return value === true
    case 'choice':
      return String(value)
    case 'origin': {
      if (typeof value !== 'string') return null
      refuseTest(name, value, variable.test, sources)
      return origin(name, address(name, value, production))
    }
    default: {
      const { kind, pattern, reason, generate } = variable
      const given = secretsOf(variable, value)
      const [first, ...others] = given.length > 0 || generate === undefined || production ? given : [generate(secretOf(name))]
      if (first === undefined || ![first, ...others].every((secret) => pattern.test(secret))) throw new ConfigError(name, reason)
      for (const secret of [first, ...others]) refuseTest(name, secret, variable.test, sources)
      for (const secret of [first, ...others]) secrets.add(secret)
      return kind === 'secret' ? first : [first, ...others]
    }
  }
}

function refuseTest (name: string, value: string, test: RegExp | undefined, { values, production }: Sources): void {
  if (!production || values.ALLOW_TEST_KEYS || test?.test(value) !== true) return
  throw new ConfigError(name, 'is of a test system, where no money moves: ALLOW_TEST_KEYS must be true to charge there in production')
}

/** The secrets that a variable holds; none where it is not set, or of another kind. */
function secretsOf ({ kind }: Variable, value: unknown): readonly string[] {
  if (typeof value !== 'string') return []
  switch (kind) {
    case 'secret': return [value]
    case 'secrets': return split(value)
    default: return []
  }
}
