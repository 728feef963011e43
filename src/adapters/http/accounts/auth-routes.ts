import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { SignedIn as SignedInResult } from '#application/accounts/session-tokens.js'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import { Done, ForgotPasswordBody, KeySet, LoginBody, RefreshTokenBody, RegisterBody, ResetPasswordBody, ResetTokenQuery, SignedIn, VerifyEmailBody } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { userView } from './view.js'

export interface AuthRoutesOptions {
  readonly useCases: AccountUseCases
  /** The public keys of our tokens. */
  readonly keys: Static<typeof KeySet>['keys']
}

const DONE = { ok: true } as const
/** Tokens must not lie about in anybody's cache (RFC 6749, 5.1). */
const NO_STORE = { 'cache-control': 'no-store' }
/** Old keys stay published while tokens by them are good, so that a copy may be as old. */
const KEYS_CACHE = { 'cache-control': 'public, max-age=300' }
const ALIKE = { ...ref(Done), description: 'Taken in; the same whether or not there is such an account' }

export const authRoutes: FastifyPluginAsyncTypebox<AuthRoutesOptions> = async (app, { useCases, keys }) => {
  const { registerUser, verifyEmail, signIn, refreshSession, signOut, forgotPassword, verifyResetToken, resetPassword } = useCases
  const config = { policy: 'public' } as const

  app.post('/api/auth/register', {
    config,
    schema: {
      ...describe('register', 'Accounts', 'Open an account; a mail says how it goes on', 'none'),
      body: ref(RegisterBody),
      response: { 202: ALIKE, ...problems(400, 413, 415, 422) },
    },
  }, async ({ body: { locale = 'tr', ...body }, ip }, reply) => {
    await registerUser({ ...body, locale, ip })
    return await reply.code(202).send(DONE)
  })

  app.post('/api/auth/verify-email', {
    config,
    schema: {
      ...describe('verifyEmail', 'Accounts', 'Confirm an address by the link that was mailed there', 'none'),
      body: ref(VerifyEmailBody),
      response: { 200: ref(Done), ...problems(400, 413, 415, 422) },
    },
  }, async ({ body: { token } }) => {
    await verifyEmail(token)
    return DONE
  })

  app.post('/api/auth/login', {
    config,
    schema: {
      ...describe('login', 'Accounts', 'Begin a session', 'none'),
      body: ref(LoginBody),
      response: { 200: ref(SignedIn), ...problems(400, 401, 413, 415, 422) },
    },
  }, async ({ body, ip, headers }, reply) => {
    return await reply.headers(NO_STORE).send(signedInView(await signIn({ ...body, ip, device: headers['user-agent'] ?? null })))
  })

  app.post('/api/auth/refresh', {
    config,
    schema: {
      ...describe('refreshSession', 'Accounts', 'The next pair of tokens', 'none'),
      body: ref(RefreshTokenBody),
      response: { 200: ref(SignedIn), ...problems(400, 401, 413, 415, 422) },
    },
  }, async ({ body: { refreshToken } }, reply) => await reply.headers(NO_STORE).send(signedInView(await refreshSession(refreshToken))))

  app.post('/api/auth/logout', {
    config,
    schema: {
      ...describe('logout', 'Accounts', 'End a session', 'none'),
      body: ref(RefreshTokenBody),
      response: { 200: ref(Done), ...problems(400, 413, 415, 422) },
    },
  }, async ({ body: { refreshToken } }) => {
    await signOut(refreshToken)
    return DONE
  })

  app.post('/api/auth/forgot-password', {
    config,
    schema: {
      ...describe('forgotPassword', 'Accounts', 'Have a link mailed by which a new password can be set', 'none'),
      body: ref(ForgotPasswordBody),
      response: { 202: ALIKE, ...problems(400, 413, 415, 422) },
    },
  }, async ({ body: { email }, ip }, reply) => {
    await forgotPassword({ email, ip })
    return await reply.code(202).send(DONE)
  })

  app.get('/api/auth/verify-reset-token', {
    config,
    schema: {
      ...describe('verifyResetToken', 'Accounts', 'Whether the link of a mail is still good', 'none'),
      querystring: ResetTokenQuery,
      response: { 200: ref(Done), ...problems(400, 422) },
    },
  }, async ({ query: { token } }) => {
    await verifyResetToken(token)
    return DONE
  })

  app.post('/api/auth/reset-password', {
    config,
    schema: {
      ...describe('resetPassword', 'Accounts', 'Set a new password by the link of a mail; all sessions end', 'none'),
      body: ref(ResetPasswordBody),
      response: { 200: ref(Done), ...problems(400, 413, 415, 422) },
    },
  }, async ({ body }) => {
    await resetPassword(body)
    return DONE
  })

  app.get('/.well-known/jwks.json', {
    config,
    schema: { ...describe('getKeys', 'Accounts', 'The public keys of access tokens', 'none'), response: { 200: ref(KeySet), ...problems() } },
  }, async (_request, reply) => await reply.headers(KEYS_CACHE).send({ keys }))
}

function signedInView ({ user, accessToken, expiresInS, refreshToken, refreshExpiresAt }: SignedInResult): Static<typeof SignedIn> {
  return { accessToken, tokenType: 'Bearer', expiresIn: expiresInS, refreshToken, refreshExpiresAt, user: userView(user) }
}
