import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'

const KEY = 'a secret of second factors that no one can guess'
const NEXT_KEY = 'the secret that comes after it and is as hard to guess'
const LOCAL = { AUTH_MODE: 'local' }
const generate = (variable: string): string => `${variable} of development, long enough`

t.test('the keys of second factors are a list, which the log knows; development makes one', (t) => {
  const { auth, secrets } = loadConfig({ ...LOCAL, SECOND_FACTOR_KEYS: `${NEXT_KEY}, ${KEY}`, SECOND_FACTOR_REQUIRED: 'true' }, generate)
  t.match(auth, { secondFactorKeys: [NEXT_KEY, KEY], isSecondFactorRequired: true })
  for (const key of [KEY, NEXT_KEY]) t.ok(secrets.includes(key))
  const development = loadConfig(LOCAL, generate)
  t.match(development.auth, { secondFactorKeys: [generate('SECOND_FACTOR_KEYS')], isSecondFactorRequired: false })
  t.ok(development.secrets.includes(generate('SECOND_FACTOR_KEYS')))
  t.equal(development.stepUpAmounts, null)
  t.same([...loadConfig({ STEP_UP_AMOUNT: 'TRY:1' }, generate).stepUpAmounts ?? []], [['TRY', 1]])
  t.end()
})

t.test('wrong settings are refused in one line that begins with the name of the variable', (t) => {
  const production = { ...LOCAL, NODE_ENV: 'production' }
  const refusals: ReadonlyArray<[line: RegExp, env: Record<string, string>]> = [
    [/^SECOND_FACTOR_KEYS must hold secrets of at least 32 characters$/m, { ...LOCAL, SECOND_FACTOR_KEYS: `${KEY},short` }],
    [/^SECOND_FACTOR_KEYS must be random/m, { ...production, SECOND_FACTOR_KEYS: 'a'.repeat(32) }],
    [/^SECOND_FACTOR_KEYS must differ from ADMIN_TOKEN$/m, { ...production, SECOND_FACTOR_KEYS: KEY, ADMIN_TOKEN: KEY }],
    [/^SECOND_FACTOR_KEYS must hold a secret where SECOND_FACTOR_REQUIRED is true$/m, { ...production, SECOND_FACTOR_REQUIRED: 'true' }],
    [/^SECOND_FACTOR_REQUIRED must be false unless AUTH_MODE is local/m, { SECOND_FACTOR_REQUIRED: 'true' }],
    [/^STEP_UP_AMOUNT must hold minor units by currency/m, { STEP_UP_AMOUNT: '5000' }],
  ]
  for (const [message, env] of refusals) t.throws(() => loadConfig(env, generate), { message }, JSON.stringify(env))
  t.end()
})
