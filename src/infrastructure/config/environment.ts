import { Type, type Static } from '@sinclair/typebox'
import { Ajv, type ErrorObject } from 'ajv'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { CARRIER_NAMES, carrierSchema } from './carriers.js'
import { PROVIDER_NAMES, providerSchema } from './providers.js'
import { SAMPLERS } from './traces-config.js'
import { ConfigError } from './variables.js'

const text = (description: string) => Type.Optional(Type.String({ description }))
const oneOf = <const T extends string>(values: readonly T[], options: { default: T, description: string }) => Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })
const list = (description: string) => Type.Optional(Type.String({ description: `${description}, comma-separated` }))

/** Every variable that the service reads. A test holds .env.example and the configuration guide to this list. */
export const Environment = Type.Object({
  NODE_ENV: oneOf(['development', 'test', 'production'], { default: 'development', description: '`production` generates nothing and refuses unsafe settings' }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { default: 'info', description: 'Least level that is logged' }),
  PERFORMANCE_LOG: oneOf(['dynamodb', 'emf', 'none'], { default: 'dynamodb', description: 'Where the performance log goes: `dynamodb` to the table, in memory mode to memory; `emf` to the log, as lines that CloudWatch turns into metrics; `none` nowhere' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: text('Base of a collector that gets traces as OTLP over HTTP, such as http://127.0.0.1:4318; without it none are sent'),
  OTEL_EXPORTER_OTLP_HEADERS: list('Headers of requests to the collector, each as name=value'),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS, { default: 'parentbased_traceidratio', description: 'Which traces are sent: those of callers that send theirs (`parentbased_…`), and of the others all, none, or the share of OTEL_TRACES_SAMPLER_ARG' }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ default: 0.1, minimum: 0, maximum: 1, description: 'The share of traces that are sent, from 0 to 1' }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  ALLOW_DEVELOPMENT_ON_NETWORK: Type.Boolean({ default: false, description: 'Lets development listen on another address than that of this machine alone, where it shows its mails and takes its generated secrets' }),
  PORT: Type.Integer({ default: 4000, minimum: 0, maximum: 65535, description: 'Port to listen on; 0 takes a free one' }),
  METRICS_PORT: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'Port of /metrics alone, on HOST; without it, production serves /metrics on PORT only where METRICS_TOKEN is set' })),
  METRICS_TOKEN: text('Token that /metrics asks for, as Authorization: Bearer, at least 32 characters in production'),
  API_DOCS: Type.Optional(Type.Boolean({ description: 'Whether /docs and /openapi.json are served; without it in development alone' })),
  CONSOLE: oneOf(['on', 'off'], { default: 'on', description: 'Whether the operators\' console is served at /console/; `off` serves neither its pages nor its sessions' }),
  PUBLIC_URL: text('Base of links and callbacks; http://HOST:PORT without it'),
  CORS_ORIGINS: list('Origins whose pages may call the API; without it, development takes every page of http://localhost and http://127.0.0.1'),
  RETURN_URL_ORIGINS: list('Origins to which payers may be sent back; that of PUBLIC_URL without it'),
  TRUST_PROXY: list('Addresses and networks of the proxies in front, such as 10.0.0.0/16: who is behind them is believed from X-Forwarded-For'),
  RATE_LIMIT_MAX: Type.Integer({ default: 600, minimum: 1, description: 'Requests a minute and caller' }),
  FIRST_MESSAGES_PER_DAY: Type.Integer({ default: 100, minimum: 0, description: 'Conversations that a person may begin within a day of UTC; 0 sets no limit' }),
  ROOM_RATE_MAX: Type.Integer({ default: 50, minimum: 1, maximum: 1000, description: 'Messages a second that a room takes over all nodes; the same on each node' }),
  LIVE_CONNECTIONS_MAX: Type.Integer({ default: 20_000, minimum: 1, maximum: 1_000_000, description: 'Streams that a process keeps open; keep it below its limit of open files' }),
  LIVE_BUS_URL: text('Redis or Valkey by which processes wake each other, such as redis://127.0.0.1:6379; without it, each finds what others write by looks at the store'),
  EVENT_RETENTION_DAYS: Type.Integer({ default: 400, minimum: 1, maximum: 36_500, description: 'Days that an event is kept in the event log after it happened' }),
  ROOM_RETENTION_DAYS: Type.Integer({ default: 400, minimum: 1, maximum: 36_500, description: 'Days that the chat of a room is kept after it was written' }),
  PAYMENT_ABANDON_MINUTES: Type.Integer({ default: 1440, minimum: 30, maximum: 7200, description: 'Minutes that payers have to pay where the request does not say; then the page is not offered any more, and the payment is closed at the provider' }),
  USE_DYNAMODB: Type.Boolean({ default: true, description: '`false` keeps everything in memory; in development, so does the lack of credentials and endpoint' }),
  ALLOW_MEMORY: Type.Boolean({ default: false, description: 'Lets production run in memory, where a restart forgets everything' }),
  DATA_DIR: text('Folder of the journal: what is taken while DynamoDB is away; in memory mode, what a restart is to find again'),
  AWS_REGION: Type.String({ default: 'us-east-1', description: 'Region of the tables' }),
  AWS_ACCESS_KEY_ID: text('Credentials; the usual AWS chain (profile, role) works too'),
  AWS_SECRET_ACCESS_KEY: text('Credentials'),
  DYNAMODB_ENDPOINT: text('Another DynamoDB server, such as http://127.0.0.1:8000'),
  DYNAMODB_GROUP_MAX: Type.Integer({ default: 100, minimum: 1, maximum: 100, description: 'Rows of one call that holds several transactions, or several reads, where they wait for one another; 1 sends each alone' }),
  ...Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, text(`Name of the table; basvideo-${TABLES[id].suffix} without it`)])),
  EARLIER_PAYMENTS_FILE: text('JSON file that says how the rows of payments of the earlier application are read; without it their amounts are taken to be in major units, and stay as they are'),
  AUTH_MODE: oneOf(['secret', 'jwks', 'local'], { default: 'secret', description: '`secret`: tokens signed HS256 with JWT_SECRET; `jwks`: RS256, ES256 or EdDSA with the keys at JWKS_URL; `local`: accounts of its own' }),
  JWT_SECRET: text('Key of the tokens, at least 32 characters; generated in development'),
  JWT_SECRET_PREVIOUS: text('Key of the tokens before the present one; its tokens count too, until it is taken out'),
  JWKS_URL: text('Address of the keys of the issuer'),
  ACCESS_TOKEN_KEYS: list('Private keys of `local`, Ed25519 or P-256 as base64 of PKCS #8, the signing one first; generated in development'),
  SECOND_FACTOR_KEYS: list('Secrets of at least 32 characters under which the second factors of `local` are stored, the present one first; generated in development; without one, production offers none'),
  SECOND_FACTOR_REQUIRED: Type.Boolean({ default: false, description: 'Whether roles count only in sessions of `local` that were opened with a second factor' }),
  RESET_URL_BASE: text('Base of the pages to which the links in mails lead; PUBLIC_URL without it'),
  JWT_ISSUER: Type.String({ default: 'basvideo', description: '`iss` that tokens must have' }),
  JWT_AUDIENCE: Type.String({ default: 'basvideo-api', description: '`aud` that tokens must have' }),
  ADMIN_TOKEN: text('Value of x-admin-token, at least 32 characters in production; without it the header is never accepted'),
  ADMIN_TOKEN_PREVIOUS: text('Value of x-admin-token before the present one; it counts too, until it is taken out'),
  TOKEN_ROLES: Type.String({ default: 'admin', description: 'Roles that count in tokens of another issuer, comma-separated: viewer, support, finance, admin. Name one only if that issuer means by it what docs/permissions.md says' }),
  STEP_UP_AMOUNT: text('Above which refunds of one payment people with a second factor send a code again, in minor units by currency, such as TRY:500000,USD:20000; of another currency each refund; without it none'),
  TOKEN_MAX_HOURS: Type.Integer({ default: 168, minimum: 1, maximum: 8760, description: 'The longest life of a token; one that was made for longer is refused' }),
  APP_URL: text('Base of the pages of the app to which mails lead, such as https://shop.example: /messages/{userId} and /payments/{paymentId} follow. Without it, mails have no such links'),
  SMTP_URL: text('Mail server, such as smtps://user:password@mail.example; in production over TLS. Without it, development shows mails at /dev/outbox, and production sends none; needed there with accounts of our own'),
  ALLOW_PLAIN_SMTP: Type.Boolean({ default: false, description: 'Lets production send mails without TLS, as to a mail catcher on the same machine' }),
  MAIL_FROM: text('Sender of mails, such as BasVideo <no-reply@shop.example>'),
  SMS_PROVIDER: oneOf(['none', 'netgsm', 'twilio'], { default: 'none', description: '`netgsm` or `twilio`, with the variables of that name; with `none`, development shows SMS at /dev/outbox, and production sends none' }),
  SMS_COUNTRIES: Type.String({ default: 'TR', description: 'Countries whose numbers get SMS, comma-separated' }),
  NETGSM_USERCODE: text('Account of Netgsm'),
  NETGSM_PASSWORD: text('Its password for the API'),
  NETGSM_HEADER: text('Approved name of the sender'),
  TWILIO_ACCOUNT_SID: text('Account of Twilio'),
  TWILIO_AUTH_TOKEN: text('Its token'),
  TWILIO_FROM: text('Number, name or messaging service (MG…) of the sender'),
  SMS_URL: text('Another server with the API of the provider, such as a proxy'),
  OPERATIONS_EMAIL: text('Who is told of payments that need attention'),
  TICKET_SECRET: text('Key of the tickets that open streams, at least 32 characters; without it derived from the key of the tokens, and with `jwks` there are no tickets'),
  UNSUBSCRIBE_SECRET: text('Key of the links that end mails, at least 32 characters; generated in development'),
  DEFAULT_LOCALE: oneOf(['tr', 'en'], { default: 'tr', description: 'Language of notifications without a choice of the recipient, `tr` or `en`' }),
  DEFAULT_TIME_ZONE: Type.String({ default: 'Europe/Istanbul', description: 'Time zone of users who have not chosen one' }),
  SHOP_TIME_ZONE: Type.String({ default: 'UTC', description: 'Time zone of the days in statistics: a name of the IANA database, such as Europe/Istanbul' }),
  PAYMENT_PROVIDERS: Type.String({ default: 'simulator', description: `Providers in order of preference, comma-separated: ${PROVIDER_NAMES.join(', ')}` }),
  RETAIN_BILLING_YEARS: Type.Integer({ minimum: 0, maximum: 100, default: 10, description: 'How many years after the year of a payment its billing record is kept once the account of the payer is deleted; 0 keeps none' }),
  RECONCILE_PER_MINUTE: Type.Integer({ minimum: 0, maximum: 6000, default: 60, description: 'Questions a minute to providers in the daily round about settled payments, of all processes together; 0 makes none' }),
  ORDERS: Type.Optional(Type.Unsafe<'signed' | 'open'>({ type: 'string', enum: ['signed', 'open'], description: '`signed`: each payment needs an order token of the shop; `open`: amount and seller are the word of the payer, and the shop compares them before it delivers. Production has to choose; development is open without it' })),
  ORDER_TOKEN_SECRETS: list('Keys of order tokens that are signed HS256, at least 32 characters each; any of them counts'),
  ORDER_JWKS_URL: text('Address of the keys of order tokens that are signed RS256, ES256 or EdDSA; in production https'),
  ALLOW_TEST_KEYS: Type.Boolean({ default: false, description: 'Lets production charge at the test systems of providers, where no money moves' }),
  ...providerSchema,
  SHIPPING_CARRIERS: Type.Optional(Type.String({ description: `Carriers in order of preference, comma-separated: ${CARRIER_NAMES.join(', ')}; without it \`manual\`, in development \`simulator,manual\`` })),
  SHIPPING_PII_DAYS: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'Days that the addresses of a shipment are kept after its end' }),
  SHIP_WITHIN_DAYS: Type.Integer({ minimum: 1, maximum: 60, default: 3, description: 'Days that a seller has to ship an order: then they are reminded once more, and the operators after twice as many' }),
  ...carrierSchema,
  VIDEO_PROVIDER: Type.Optional(Type.Unsafe<'none' | 'simulator' | 'livekit'>({ type: 'string', enum: ['none', 'simulator', 'livekit'], description: 'Who carries the video of rooms: `livekit`, with the variables of that name; `simulator` makes its tokens and carries nothing, in development alone; without it `none`, in development `simulator`' })),
  LIVEKIT_URL: text('Where clients reach LiveKit, such as wss://video.example; the service calls it there too'),
  LIVEKIT_API_KEY: text('API key of LiveKit'),
  LIVEKIT_API_SECRET: text('Its secret, which signs tokens and webhooks; generated in development'),
}, { additionalProperties: false })

export type EnvironmentValues = Static<typeof Environment>

/** Coerces texts and drops foreign variables. A test validates the schema, and its code is not optimized, because every start waits for both. */
const ajv = new Ajv({ coerceTypes: true, useDefaults: true, removeAdditional: true, allErrors: true, validateSchema: false, code: { optimize: false } })

type Env = Readonly<Record<string, string | undefined>>

/** The variables with their types and defaults. An empty one counts as not set. @throws ConfigError */
export function readEnvironment (env: Env): EnvironmentValues {
  const { values, faults } = tryEnvironment(env)
  if (faults.length > 0) throw ConfigError.of(faults)
  return values
}

/** The same with the default in place of each value of a wrong form, so that the other variables can be checked too. */
export function tryEnvironment (env: Env): { readonly values: EnvironmentValues, readonly faults: readonly string[] } {
  const values = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  if (ajv.validate<EnvironmentValues>(Environment, values)) return { values, faults: [] }
  const faults = (ajv.errors as ErrorObject[]).map(({ instancePath, message = '' }) => ({ variable: instancePath.slice(1), message }))
  const rest = tryEnvironment({ ...env, ...Object.fromEntries(faults.map(({ variable }) => [variable, undefined])) })
  return { values: rest.values, faults: faults.map(({ variable, message }) => `${variable} ${message}`) }
}
