import type { EnvironmentValues } from './environment.js'
import { CARRIER_SECRETS } from './carriers.js'
import { PROVIDER_SECRETS } from './providers.js'
import { split } from './variables.js'

/** Secrets that the operator makes. */
const OWN = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'ADMIN_TOKEN', 'ADMIN_TOKEN_PREVIOUS', 'METRICS_TOKEN', 'UNSUBSCRIBE_SECRET', 'TICKET_SECRET'] as const
const OWN_LISTS = ['ORDER_TOKEN_SECRETS', 'SECOND_FACTOR_KEYS'] as const
/** Secrets that come from companies. */
const GIVEN = ['NETGSM_PASSWORD', 'TWILIO_AUTH_TOKEN', 'LIVEKIT_API_SECRET'] as const

const PARTNER_SECRETS = [...PROVIDER_SECRETS, ...CARRIER_SECRETS]

/** Each may come from a file. The last three are not judged: keys have a form of their own, and an address holds more than its password. */
export const SECRET_VARIABLES = [...OWN, ...OWN_LISTS, ...GIVEN, ...PARTNER_SECRETS.map(({ name }) => name), 'ACCESS_TOKEN_KEYS', 'SMTP_URL', 'LIVE_BUS_URL']

export const SECRET_MIN_CHARACTERS = 32
const GIVEN_MIN_CHARACTERS = 6
/** A secret of fewer different characters, or one that repeats less than this many, can be guessed. */
const DIFFERENT_MIN = { own: 6, given: 4 }
const REPEATED_MAX_CHARACTERS = 11

interface Secret {
  readonly variable: string
  readonly secret: string
  readonly maker: 'own' | 'given'
}

/** A line for each secret that is short, easy to guess, or the same as in another variable. */
export function secretFaults (values: EnvironmentValues): string[] {
  const secrets = secretsIn(values)
  return secrets.flatMap((one, index) => {
    const fault = faultOf(one) ?? twinOf(one, secrets.slice(0, index))
    return fault === null ? [] : [`${one.variable} ${fault}`]
  })
}

function secretsIn (values: EnvironmentValues): Secret[] {
  const of = (maker: Secret['maker'], variable: string, secrets: ReadonlyArray<string | undefined>): Secret[] =>
    secrets.filter((secret) => secret !== undefined).map((secret) => ({ variable, secret, maker }))
  return [
    ...OWN.flatMap((name) => of('own', name, [values[name]])),
    ...OWN_LISTS.flatMap((name) => of('own', name, split(values[name]))),
    ...GIVEN.flatMap((name) => of('given', name, [values[name]])),
    ...PARTNER_SECRETS.flatMap(({ name, isOwn, secretsOf }) => of(isOwn ? 'own' : 'given', name, secretsOf(values))),
  ]
}

function faultOf ({ secret, maker }: Secret): string | null {
  const min = maker === 'own' ? SECRET_MIN_CHARACTERS : GIVEN_MIN_CHARACTERS
  if (secret.length < min) return `must have at least ${min} characters in production`
  // What the form of a secret prescribes makes it no harder to guess.
  const free = secret.replace(/^(?:whsec|[srp]k_(?:live|test))_/, '')
  return new Set(free).size < DIFFERENT_MIN[maker] || isRepetition(free) ? 'must be random: this value is easy to guess' : null
}

function isRepetition (text: string): boolean {
  return Array.from({ length: REPEATED_MAX_CHARACTERS }, (_, index) => index + 1).some((length) => 2 * length <= text.length && text.startsWith(text.slice(length)))
}

function twinOf ({ variable, secret }: Secret, others: readonly Secret[]): string | null {
  const twin = others.find((other) => other.variable !== variable && other.secret === secret)
  return twin === undefined ? null : `must differ from ${twin.variable}`
}
