import { Type } from '@sinclair/typebox'
import { SCOPES } from '#domain/accounts/permissions.js'
import { ROLES } from '#domain/accounts/user.js'
import { Email, known, strict, Timestamp, UserId } from '../shared/schemas.js'

export const AUTH_MODES = ['local', 'secret', 'jwks'] as const

export const ConsoleSettings = Type.Object({
  authMode: known(AUTH_MODES, 'ask for a token', 'How people enter: `local` by e-mail and password, the others by a token'),
  isDevelopment: Type.Boolean(),
}, { $id: 'ConsoleSettings', examples: [{ authMode: 'local', isDevelopment: false }] })

export const EnterConsoleBody = Type.Object({
  email: Type.Optional(Email),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'The password of the account of `email`. Needed with it' })),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'The second factor of the account, where it has one' })),
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'A token with a role, or the shared token of the operators, in place of e-mail and password' })),
  link: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The code of the link that a service in development prints, in place of everything else. It is good once, for five minutes' })),
}, { $id: 'EnterConsoleBody', ...strict, minProperties: 1, examples: [{ email: 'ada@example.com', password: 'dört tane mavi atkı' }] })

export const ConsoleSession = Type.Object({
  userId: Type.Optional(UserId),
  role: Type.Optional(known(ROLES, 'go by `scopes`')),
  scopes: Type.Array(known(SCOPES, 'leave it alone')),
  isSharedToken: Type.Boolean({ description: 'Whether they have entered with the shared token of the operators, which names no person' }),
  hasSecondFactor: Type.Boolean({ description: 'Whether the account has a second factor' }),
  steppedUpUntil: Type.Optional(Type.String({ description: 'Until when acts that ask for a code again ask for none; absent before the first code' })),
  expiresAt: Timestamp,
}, {
  $id: 'ConsoleSession',
  description: 'Who has entered the console. `expiresAt` is when the session ends without a further request: 30 minutes after the last one, 8 hours after its beginning, and no later than the token with which it began',
  examples: [{
    userId: 'usr_0193a5c2-7d1e-7c3a-9f55-2b6f3c1a9e10',
    role: 'support' as const,
    scopes: ['read' as const, 'operate' as const, 'moderate' as const],
    isSharedToken: false,
    hasSecondFactor: true,
    steppedUpUntil: '2026-11-30T13:10:00.000Z',
    expiresAt: '2026-11-30T13:30:00.000Z',
  }],
})
