import { Type, type TSchema } from '@sinclair/typebox'
import type { Values, Variable, Variables } from '#adapters/exchange/provider.js'
import { address, ConfigError, origin, readAll, split, type SecretOf } from './variables.js'

/** What the values of variables are read from. */
export interface Sources {
  readonly values: Readonly<Record<string, unknown>> & { readonly ALLOW_TEST_KEYS: boolean }
  readonly production: boolean
  readonly secretOf: SecretOf
}

type Named = ReadonlyArray<readonly [name: string, variable: Variable]>

/** The variables of several providers or carriers. Two may share one. */
export function variablesOf (list: ReadonlyArray<{ readonly variables: Variables }>): Named {
  return list.flatMap(({ variables }) => Object.entries(variables))
}

/** The variables for the schema of the environment. */
export function schemaOf (variables: Named): Readonly<Record<string, TSchema>> {
  return Object.fromEntries(variables.map(([name, variable]) => [name, typeOf(variable)]))
}

/** The variables that hold secrets. `isOwn`: the operator of the service makes them. */
export function secretVariables (variables: Named) {
  return variables.filter(([, { kind }]) => kind === 'secret' || kind === 'secrets').map(([name, variable]) => ({
    name,
    isOwn: 'generate' in variable,
    secretsOf: (values: Readonly<Record<string, unknown>>) => secretsOf(variable, values[name]),
  }))
}

/** Each name of a list once, read by `read`. @throws ConfigError */
export function readListed<T> (variable: string, names: readonly string[], read: (name: string) => T): [T, ...T[]] {
  if (new Set(names).size < names.length) throw new ConfigError(variable, 'must name each provider once')
  const [first, ...others] = Object.values(readAll(Object.fromEntries(names.map((name) => [name, () => read(name)]))))
  if (first === undefined) throw new ConfigError(variable, 'must name at least one provider')
  return [first, ...others]
}

function typeOf (variable: Variable): TSchema {
  const { description } = variable
  switch (variable.kind) {
    case 'permission': return Type.Boolean({ default: false, description })
    case 'choice': return Type.Unsafe<string>({ type: 'string', enum: [...variable.values], default: variable.values[0], description })
    default: return Type.Optional(Type.String({ description }))
  }
}

/** The checked values. It adds the secrets that it uses to `secrets`, generated ones among them. @throws ConfigError */
export function valuesOf<V extends Variables> (variables: V, sources: Sources, secrets: Set<string>): Values<V> {
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
export function secretsOf ({ kind }: Variable, value: unknown): readonly string[] {
  if (typeof value !== 'string') return []
  switch (kind) {
    case 'secret': return [value]
    case 'secrets': return split(value)
    default: return []
  }
}
