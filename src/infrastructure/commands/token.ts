import { USER_ID_PATTERN } from '#domain/accounts/user.js'
import { readEnvironment } from '../config/environment.js'
import { ConfigError } from '../config/variables.js'
import { faultLines, readArguments, refuseArguments } from '../runtime/command-line.js'
import { loadUserTokens } from '../runtime/user-tokens.js'

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Prints a token of a user, signed with the secret of the development service. */
export async function token (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { role, ttl, email }, positionals: [user, ...others] } = readArguments({
    name: 'token',
    usage: `<user> [--role admin] [--ttl 2h] [--email address]
  --role admin     makes the user an administrator
  --ttl 2h         how long the token is good, in s, m, h or d
  --email address  the user's confirmed address`,
    options: { role: { type: 'string' }, ttl: { type: 'string', default: '2h' }, email: { type: 'string' } },
    allowPositionals: true,
  })
  const [, count, unit = ''] = /^([1-9]\d{0,4})([smhd])$/.exec(ttl) ?? []
  if (user === undefined || others.length > 0) refuseArguments('token', 'exactly one user is needed')
  if (!new RegExp(USER_ID_PATTERN).test(user)) refuseArguments('token', 'a user is at most 128 of A-Z a-z 0-9 . _ : @ | + = -')
  if (role !== undefined && role !== 'admin') refuseArguments('token', '--role must be admin')
  if (count === undefined) refuseArguments('token', '--ttl must be a number and a unit, such as 30m or 2h')

  try {
    if (readEnvironment(env).NODE_ENV === 'production') throw new ConfigError('NODE_ENV', 'is production: this command signs tokens for development only')
    process.stdout.write(`${loadUserTokens(env).sign({ sub: user, role, email }, Number(count) * Number(UNITS_MS[unit]))}\n`)
  } catch (error) {
    process.stderr.write(faultLines('basvideo token', error))
    process.exitCode = 1
  }
}
