import { isIP } from 'node:net'
import type { Role } from '#domain/accounts/user.js'
import { isLoopback } from '#domain/network.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.js'
import { serverOptions, type ServerOptions } from '#adapters/dynamodb/engine/server.js'
import type { StepUpAmounts } from '#domain/payments/step-up-amount.js'
import type { EarlierMapping } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { tableNames, type TableNames } from '#adapters/dynamodb/engine/tables.js'
import type { SpanOptions } from '#adapters/otel/spans.js'
import type { SecretTokenOptions } from '#adapters/tokens/own-tokens.js'
import type { JwksTokenOptions } from '#adapters/tokens/jwks-tokens.js'
import type { OrderTokenOptions } from '#adapters/tokens/order-tokens.js'
import type { VideoSettings } from '#adapters/video/settings.js'
import { busSecrets, busUrlOf } from './bus-config.js'
import { earlierMapping } from './earlier-payments.js'
import { Environment, tryEnvironment, type EnvironmentValues } from './environment.js'
import { localAuthConfig, type LocalAuthConfig } from './local-auth-config.js'
import { notificationConfig, type NotificationConfig } from './notification-config.js'
import { orderConfig } from './order-config.js'
import { shippingConfig, type ShippingConfig } from './shipping-config.js'
import { readProviders, type ProvidersSettings } from './providers.js'
import { withSecretFiles } from './secret-files.js'
import { secretFaults, SECRET_MIN_CHARACTERS, SECRET_VARIABLES } from './secrets.js'
import { stepUpAmountsOf } from './step-up-config.js'
import { storeFaults } from './store-config.js'
import { strangersIn } from './strangers.js'
import { tokenRolesOf } from './token-roles.js'
import { tracesConfig } from './traces-config.js'
import { videoConfig } from './video-config.js'
import { address, ConfigError, linkBase, networks, origin, origins, readAll, timeZone, type SecretOf } from './variables.js'

export type AuthConfig = { readonly mode: 'secret' } & SecretTokenOptions | { readonly mode: 'jwks' } & JwksTokenOptions | LocalAuthConfig

export interface Config extends ShippingConfig {
  readonly production: boolean
  readonly logLevel: string
  readonly performanceLog: 'dynamodb' | 'emf' | 'none'
  /** Null: no traces are sent. */
  readonly traces: SpanOptions | null
  readonly host: string
  readonly port: number
  /** Null: the address that the service listens on. */
  readonly publicUrl: string | null
  readonly corsOrigins: ReadonlyArray<string | RegExp>
  readonly returnUrlOrigins: readonly string[]
  /** Empty: no proxy is trusted. */
  readonly trustedProxies: readonly string[]
  readonly rateLimitMax: number
  /** How long payers have to pay. */
  readonly abandonMs: number
  /** Conversations that a person may begin within a day; 0: any number. */
  readonly firstMessagesPerDay: number
  /** Messages a second that a room takes over all nodes. */
  readonly roomRateMax: number
  /** How long the chat of a room is kept. */
  readonly roomRetentionMs: number
  /** Streams that a process keeps open. */
  readonly liveConnectionsMax: number
  /** Redis or Valkey between the processes. Null: each is alone with the store. */
  readonly busUrl: string | null
  /** Null: streams take no tickets. */
  readonly ticketSecret: string | null
  /** How long the event log keeps an event. */
  readonly eventRetentionMs: number
  /** The event-loop delay at which load shedding begins. It has no variable, because no machine needs another value. */
  readonly eventLoopDelayMaxMs: number
  readonly mode: 'memory' | 'dynamodb'
  /** The folder of the journal. Null: no journal. */
  readonly dataDir: string | null
  readonly dynamodb: ServerOptions & { readonly tableNames: TableNames, readonly groupMax: number, readonly earlierPayments: EarlierMapping | undefined }
  readonly auth: AuthConfig
  /** The shared tokens of the operators: the present one, and that of before. */
  readonly adminTokens: readonly string[]
  /** The roles that count in tokens: with accounts of our own all, as we alone give them. */
  readonly tokenRoles: readonly Role[]
  /** Above which refunds of one payment people with a second factor send a code again; null: above none. */
  readonly stepUpAmounts: StepUpAmounts | null
  /** The longest life of a token. */
  readonly tokenMaxMs: number
  readonly metrics: MetricsConfig
  /** Whether the OpenAPI document and its reader are served. */
  readonly apiDocs: boolean
  /** Whether there is a console for the operators. */
  readonly console: boolean
  /** The zone of the days in statistics. */
  readonly shopTimeZone: string
  readonly providers: ProvidersSettings
  /** How long invoices need the name and address of a payer whose account is deleted. */
  readonly retainBillingYears: number
  /** Questions of the daily round; 0 makes none. */
  readonly reconcilePerMinute: number
  readonly orders: OrderTokenOptions
  readonly notifications: NotificationConfig
  /** Null: rooms have no video. */
  readonly video: VideoSettings | null
  /** Variables that look like ours and are not read: a line each. */
  readonly strangers: readonly string[]
  /** Values that must never appear in a log. */
  readonly secrets: readonly string[]
}

export interface MetricsConfig {
  /** A port for metrics alone. Null: they are served beside the API, if at all. */
  readonly port: number | null
  readonly isBesideTheApi: boolean
  /** Null: anyone may read them. */
  readonly token: string | null
}

type Env = Readonly<Record<string, string | undefined>>

const EVENT_LOOP_DELAY_MAX_MS = 1000

/** Whether the mode depends on credentials of AWS: in development, where no variable decides it. */
export function dependsOnCredentials (env: Env): boolean {
  const { NODE_ENV, DYNAMODB_ENDPOINT } = tryEnvironment(env).values
  return NODE_ENV !== 'production' && DYNAMODB_ENDPOINT === undefined && !isSet(env, 'USE_DYNAMODB')
}

/**
 * The configuration of an environment. `hasCredentials`: credentials of AWS were found. `secretOf` is called in development alone, for
 * variables that are not set. @throws ConfigError
 */
export function loadConfig (given: Env, secretOf: SecretOf, hasCredentials = false): Config {
  const { env, faults: faultsOfFiles } = withSecretFiles(given)
  const { values, faults } = tryEnvironment(env)
  const production = values.NODE_ENV === 'production'
  const { provided, shipped, earlierPayments, ...read } = readAll({
    host: () => hostOf(values, production),
    publicUrl: () => values.PUBLIC_URL === undefined ? null : linkBase('PUBLIC_URL', origin('PUBLIC_URL', values.PUBLIC_URL), production),
    corsOrigins: () => production || isSet(env, 'CORS_ORIGINS') ? origins('CORS_ORIGINS', values.CORS_ORIGINS) : [PAGES_OF_THIS_MACHINE],
    returnUrlOrigins: () => origins('RETURN_URL_ORIGINS', values.RETURN_URL_ORIGINS),
    trustedProxies: () => networks('TRUST_PROXY', values.TRUST_PROXY),
    mode: () => modeOf(values, production, isSet(env, 'USE_DYNAMODB') || hasCredentials),
    tokenRoles: () => tokenRolesOf(values),
    stepUpAmounts: () => stepUpAmountsOf(values),
    auth: () => authOf(values, production, secretOf),
    shopTimeZone: () => timeZone('SHOP_TIME_ZONE', values.SHOP_TIME_ZONE),
    earlierPayments: () => earlierMapping(values.EARLIER_PAYMENTS_FILE),
    provided: () => readProviders({ values, production, secretOf }),
    shipped: () => shippingConfig({ values, production, secretOf }),
    orders: () => orderConfig(values, production),
    traces: () => tracesConfig(values, production),
    busUrl: () => busUrlOf(values, production),
    notifications: () => notificationConfig(values, production, secretOf),
    video: () => videoConfig(values, production, secretOf),
  }, [...faultsOfFiles, ...faults, ...storeFaults(values), ...portFaults(values), ...(production ? productionFaults(values) : [])])
  const { auth, orders, notifications, traces, video, busUrl } = read
  const adminTokens = [values.ADMIN_TOKEN, values.ADMIN_TOKEN_PREVIOUS].filter((token) => token !== undefined)
  return {
    ...read,
    production,
    logLevel: values.LOG_LEVEL,
    performanceLog: values.PERFORMANCE_LOG,
    port: values.PORT,
    rateLimitMax: values.RATE_LIMIT_MAX,
    firstMessagesPerDay: values.FIRST_MESSAGES_PER_DAY,
    roomRateMax: values.ROOM_RATE_MAX,
    roomRetentionMs: values.ROOM_RETENTION_DAYS * DAY_MS,
    ticketSecret: values.TICKET_SECRET ?? (auth.mode === 'jwks' ? null : auth.mode === 'secret' ? auth.secret : auth.keys[0]),
    liveConnectionsMax: values.LIVE_CONNECTIONS_MAX,
    eventRetentionMs: values.EVENT_RETENTION_DAYS * DAY_MS,
    abandonMs: values.PAYMENT_ABANDON_MINUTES * MINUTE_MS,
    eventLoopDelayMaxMs: EVENT_LOOP_DELAY_MAX_MS,
    dataDir: values.DATA_DIR ?? null,
    dynamodb: { ...serverOptions(env), tableNames: tableNames(env), groupMax: values.DYNAMODB_GROUP_MAX, earlierPayments },
    adminTokens,
    tokenMaxMs: values.TOKEN_MAX_HOURS * HOUR_MS,
    metrics: metricsOf(values, production),
    apiDocs: values.API_DOCS ?? !production,
    console: values.CONSOLE === 'on',
    providers: provided.providers,
    ...shipped.config,
    retainBillingYears: values.RETAIN_BILLING_YEARS,
    reconcilePerMinute: values.RECONCILE_PER_MINUTE,
    strangers: strangersIn(given, [...Object.keys(Environment.properties), ...SECRET_VARIABLES.map((name) => `${name}_FILE`)]),
    secrets: [
      ...(auth.mode === 'secret' ? [auth.secret] : auth.mode === 'local' ? [...auth.keys, ...auth.secondFactorKeys] : []),
      ...adminTokens,
      ...[values.JWT_SECRET_PREVIOUS, values.METRICS_TOKEN, values.TICKET_SECRET, values.AWS_SECRET_ACCESS_KEY, values.LIVEKIT_API_SECRET, video?.apiSecret].filter((secret) => typeof secret === 'string'),
      ...provided.secrets,
      ...shipped.secrets,
      ...orders.secrets,
      ...notifications.secrets,
      ...busSecrets(busUrl),
      ...Object.values(traces?.headers ?? {}),
    ],
  }
}

/** Where development serves a page of the shop. */
const PAGES_OF_THIS_MACHINE = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?$/

/** The figures of a shop are its own: production shows them to those who hold the token, or on a port that strangers do not reach. */
function metricsOf ({ METRICS_PORT: port, METRICS_TOKEN: token }: EnvironmentValues, production: boolean): MetricsConfig {
  return { port: port ?? null, isBesideTheApi: port === undefined && (!production || token !== undefined), token: token ?? null }
}

/** Two servers cannot listen on one port. */
function portFaults ({ PORT: port, METRICS_PORT: metricsPort }: EnvironmentValues): string[] {
  return port !== 0 && port === metricsPort ? ['METRICS_PORT must differ from PORT: leave it out to serve /metrics on PORT'] : []
}

function productionFaults (values: EnvironmentValues): string[] {
  const hasNoMails = values.AUTH_MODE === 'local' && values.SMTP_URL === undefined
  return [
    ...secretFaults(values),
    ...(hasNoMails ? ['SMTP_URL must be set when AUTH_MODE is local: without mails, users can neither confirm an address nor reset a password'] : []),
  ]
}

/** Development shows mails and generates secrets, so it is for this machine alone. */
function hostOf ({ HOST: host, ALLOW_DEVELOPMENT_ON_NETWORK: isAllowed }: EnvironmentValues, production: boolean): string {
  if (isIP(host) === 0 && !/^[\w.-]+$/.test(host)) throw new ConfigError('HOST', 'must be an address or a name alone, such as ::1 or 127.0.0.1')
  if (production || isAllowed || isLoopback(host)) return host
  throw new ConfigError('HOST', 'must be of this machine alone, such as 127.0.0.1, unless NODE_ENV is production or ALLOW_DEVELOPMENT_ON_NETWORK is true')
}

/** Production never falls back to memory by itself: without tables, requests fail visibly. */
function modeOf (values: EnvironmentValues, production: boolean, isMeant: boolean): Config['mode'] {
  const wanted = values.USE_DYNAMODB && (production || values.DYNAMODB_ENDPOINT !== undefined || isMeant)
  if (!wanted && production && !values.ALLOW_MEMORY) {
    throw new ConfigError('ALLOW_MEMORY', 'must be true to run in memory in production, where a restart forgets every message and payment')
  }
  return wanted ? 'dynamodb' : 'memory'
}

function isSet (env: Env, name: string): boolean {
  return (env[name] ?? '') !== ''
}

function authOf (values: EnvironmentValues, production: boolean, secretOf: SecretOf): AuthConfig {
  if (values.SECOND_FACTOR_REQUIRED && values.AUTH_MODE !== 'local') throw new ConfigError('SECOND_FACTOR_REQUIRED', 'must be false unless AUTH_MODE is local: the issuer of tokens decides how people sign in')
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values
  if (values.AUTH_MODE === 'jwks') {
    if (values.JWKS_URL === undefined) throw new ConfigError('JWKS_URL', 'must be set when AUTH_MODE is jwks')
    return { mode: 'jwks', url: address('JWKS_URL', values.JWKS_URL, production), issuer, audience }
  }
  if (values.AUTH_MODE === 'local') return localAuthConfig(values, production, secretOf)
  const secret = values.JWT_SECRET ?? (production ? '' : secretOf('JWT_SECRET'))
  if (secret.length < SECRET_MIN_CHARACTERS) {
    throw new ConfigError('JWT_SECRET', `must have at least ${SECRET_MIN_CHARACTERS} characters, or set AUTH_MODE=jwks and JWKS_URL`)
  }
  return { mode: 'secret', secret, previousSecret: values.JWT_SECRET_PREVIOUS ?? null, issuer, audience }
}
