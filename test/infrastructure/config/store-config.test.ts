import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'

const load = (env: Record<string, string>) => loadConfig(env, () => 'generated-secret-of-development-mode')

t.test('what no DynamoDB can be reached with is refused in one line that begins with the variable', async (t) => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
  const refusals: Array<[variable: string, env: Record<string, string>]> = [
    ['AWS_SECRET_ACCESS_KEY', { AWS_ACCESS_KEY_ID: 'id' }],
    ['AWS_ACCESS_KEY_ID', { AWS_SECRET_ACCESS_KEY: 'secret' }],
    ['AWS_REGION', { ...keys, AWS_REGION: 'US East' }],
    ['AWS_REGION', { ...keys, AWS_REGION: 'eu-central-1/' }],
    ['DYNAMODB_ENDPOINT', { ...keys, DYNAMODB_ENDPOINT: 'localhost:8000' }],
    ['DYNAMODB_ENDPOINT', { ...keys, DYNAMODB_ENDPOINT: 'not a url' }],
    ['DYNAMODB_GROUP_MAX', { ...keys, DYNAMODB_GROUP_MAX: '0' }],
    ['DYNAMODB_GROUP_MAX', { ...keys, DYNAMODB_GROUP_MAX: '101' }],
    ['DYNAMODB_TABLE_MESSAGES', { DYNAMODB_TABLE_MESSAGES: 'bad name!' }],
    ['DYNAMODB_TABLE_MESSAGES', { DYNAMODB_TABLE_MESSAGES: 'm' }],
    ['DYNAMODB_TABLE_MESSAGES', { DYNAMODB_TABLE_MESSAGES: 'basvideo-payments' }],
    ['HOST', { HOST: '[::1]', ALLOW_DEVELOPMENT_ON_NETWORK: 'true' }],
    ['HOST', { HOST: 'http://127.0.0.1', ALLOW_DEVELOPMENT_ON_NETWORK: 'true' }],
  ]
  for (const [variable, env] of refusals) t.throws(() => load(env), { name: 'ConfigError', message: new RegExp(`^${variable} [^\n]+$`) }, JSON.stringify(env))
  const tables = { DYNAMODB_TABLE_MESSAGES: 'shop.messages_1', DYNAMODB_TABLE_PAYMENTS: 'shop-payments' }
  t.match(load({ ...keys, ...tables, AWS_REGION: 'us-gov-west-1', DYNAMODB_ENDPOINT: 'https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com', HOST: '::1' }), { host: '::1', dynamodb: { tableNames: { messages: 'shop.messages_1' } } })
})

t.test('variables that look like ours and are not read are named, with the one that may be meant', async (t) => {
  t.same(load({ JWT_SECERT: 'x', STRIPE_SECRETKEY: 'x', ratelimit_max: '1', SMTP_URL_FILE_2: 'x', SMTP_URI: 'x', PATH: '/bin', HOME: '/', HOSTS: 'x', AWS_PROFILE: 'x', npm_config_port: 'x' }).strangers, [
    'JWT_SECERT is not read; JWT_SECRET may be meant',
    'SMTP_URI is not read; SMTP_URL may be meant',
    'SMTP_URL_FILE_2 is not read; SMTP_URL_FILE may be meant',
    'STRIPE_SECRETKEY is not read; STRIPE_SECRET_KEY may be meant',
    'ratelimit_max is not read; RATE_LIMIT_MAX may be meant',
  ])
  t.same(load({ STRIPE_PUBLISHABLE_KEY: 'x', JWT_SECRET: 'generated-secret-of-development-mode', MAIL_FROM: 'a@b.example' }).strangers, ['STRIPE_PUBLISHABLE_KEY is not read'])
})
