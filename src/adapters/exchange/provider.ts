import type { FastifyPluginAsync } from 'fastify'
import type { Clock, Identity } from '#application/ports/system.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'

/** An environment variable of a provider. The rules apply where the provider is configured. */
export type Variable = { readonly description: string } & (
  /** `secret`: one text. `secrets`: a comma-separated list, so that one can be replaced without a gap. Neither is ever logged. */
  | {
    readonly kind: 'secret' | 'secrets'
    /** The form of each secret; at least one is needed. */
    readonly pattern: RegExp
    /** What an operator reads where the pattern is not met, after the variable's name: "must be …". */
    readonly reason: string
    /** The form of a secret of a test system, at which no money moves. */
    readonly test?: RegExp
    /** Makes the secret of development from a random text. */
    readonly generate?: (random: string) => string
  }
  /** An http(s) origin, such as https://api.example, in production https; optional. `test`: the form of that of a test system. */
  | { readonly kind: 'origin', readonly test?: RegExp }
  /** One of these values, the first by default. */
  | { readonly kind: 'choice', readonly values: readonly [string, ...string[]] }
  /** `true` or `false`. Production needs `true`, and the reason says why. */
  | { readonly kind: 'permission', readonly reason: string }
)

export type Variables = Readonly<Record<string, Variable>>

interface ValueOfKind {
  readonly secret: string
  readonly secrets: readonly [string, ...string[]]
  readonly origin: string | null
  readonly permission: boolean
}

type ValueOf<V extends Variable> = V extends { readonly kind: 'choice', readonly values: ReadonlyArray<infer Value> } ? Value : ValueOfKind[Exclude<V['kind'], 'choice'>]

/** The checked values of variables. */
export type Values<V extends Variables> = { readonly [Name in keyof V]: ValueOf<V[Name]> }

/** What a gateway gets from the service around it. */
export interface GatewaySurroundings {
  readonly logger: { readonly warn: (fields: object, message: string) => void }
  readonly clock: Clock
  readonly identity: Identity
  /** The base of addresses for payers. Known once the service listens. */
  readonly publicUrl: () => string
  /** The address of this process, for its own requests: a process need not reach itself by its public address. */
  readonly localUrl: () => string
}

export interface RunningGateway {
  readonly gateway: PaymentGateway
  /** Pages that the gateway serves itself. */
  readonly pages?: FastifyPluginAsync
  /** Ends what runs beside the calls of the gateway. */
  readonly close?: () => Promise<void>
}

export type MakeGateway = (surroundings: GatewaySurroundings) => RunningGateway

/** Everything that configuration, documentation and wiring know of a payment provider; of a carrier, where `Make` makes one. */
export interface Provider<Name extends string, V extends Variables, Settings, Make = MakeGateway> {
  /** As PAYMENT_PROVIDERS and the payments name it. */
  readonly name: Name
  /** In the order of the documentation. */
  readonly variables: V
  readonly settings: (values: Values<V>, production: boolean) => Settings
  /** Loads the gateway, and its packages, which are slow to start: a service loads those that it uses. */
  readonly load: (settings: Settings) => Promise<Make>
}

/** A provider, its types inferred and its settings marked with its name. */
export function defineProvider<const Name extends string, const V extends Variables, Settings extends object> (provider: Provider<Name, V, Settings>): Provider<Name, V, { readonly name: Name } & Settings> {
  return { ...provider, settings: (values, production) => ({ name: provider.name, ...provider.settings(values, production) }) }
}
