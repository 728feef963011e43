import etag from '@fastify/etag'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { SignedIn as SignedInResult } from '#application/accounts/session-tokens.js'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { Done, DONE, ref, UNCHANGED } from '../shared/schemas.js'
import {
  ForgotPasswordBody, KeySet, LoginBody, RefreshTokenBody, RegisterBody, ResetPasswordBody, ResetTokenQuery, SignedIn, userView, VerifyEmailBody,
} from './schemas.js'

/** The accounts of a service that knows its users itself. */
export interface Accounts {
  readonly useCases: AccountUseCases
  /** The public keys of its access tokens. */
  readonly keys: Static<typeof KeySet>['keys']
}

/** A key stays published as long as its tokens are valid, so a cached copy may be a few minutes old. */
const KEYS_CACHE = { 'cache-control': 'public, max-age=300' }
const ALIKE = { ...ref(Done), description: 'Accepted. The answer is the same with and without an account of this address' }

export const authRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { useCases }) => {
  const { registerUser, verifyEmail, signIn, refreshSession, signOut, forgotPassword, verifyResetToken, resetPassword } = useCases

  app.post('/api/auth/register', {
    config: { policy: 'public', refuses: ['weak_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('register', 'Accounts', 'Open an account. An e-mail explains the next step'),
      body: ref(RegisterBody),
      response: { 202: ALIKE },
    },
  }, async ({ body: { locale = 'tr', ...body }, ip }, reply) => {
    await registerUser({ ...body, locale, ip })
    return await reply.code(202).send(DONE)
  })

  app.post('/api/auth/verify-email', {
    config: { policy: 'public', refuses: ['invalid_link', 'password_required', 'wrong_password', 'email_taken', 'busy'] },
    schema: {
      ...describe('verifyEmail', 'Accounts', 'Confirm an e-mail address by the link that was sent to it'),
      body: ref(VerifyEmailBody),
      response: { 200: ref(Done) },
    },
  }, async ({ body: { token, password = null }, ip }) => {
    await verifyEmail({ token, password, ip })
    return DONE
  })

  app.post('/api/auth/login', {
    config: { policy: 'public', refuses: ['invalid_credentials', 'second_factor_required', 'wrong_code', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('login', 'Accounts', 'Sign in, and begin a session. With a second factor, a code is needed too'),
      body: ref(LoginBody),
      response: { 200: ref(SignedIn) },
    },
  }, async ({ body, ip, headers }) => signedInView(await signIn({ ...body, ip, device: headers['user-agent'] ?? null })))

  app.post('/api/auth/refresh', {
    config: { policy: 'public', refuses: ['invalid_refresh_token'] },
    schema: {
      ...describe('refreshSession', 'Accounts', 'Exchange a refresh token for the next pair of tokens'),
      body: ref(RefreshTokenBody),
      response: { 200: ref(SignedIn) },
    },
  }, async ({ body: { refreshToken } }) => signedInView(await refreshSession(refreshToken)))

  app.post('/api/auth/logout', {
    config: { policy: 'public' },
    schema: {
      ...describe('logout', 'Accounts', 'End a session'),
      body: ref(RefreshTokenBody),
      response: { 200: ref(Done) },
    },
  }, async ({ body: { refreshToken } }) => {
    await signOut(refreshToken)
    return DONE
  })

  app.post('/api/auth/forgot-password', {
    config: { policy: 'public', refuses: ['too_many_attempts', 'busy'] },
    schema: {
      ...describe('forgotPassword', 'Accounts', 'Request an e-mail with a link for a new password'),
      body: ref(ForgotPasswordBody),
      response: { 202: ALIKE },
    },
  }, async ({ body: { email }, ip }, reply) => {
    await forgotPassword({ email, ip })
    return await reply.code(202).send(DONE)
  })

  app.get('/api/auth/verify-reset-token', {
    config: { policy: 'public', refuses: ['invalid_link'] },
    schema: {
      ...describe('verifyResetToken', 'Accounts', 'Check whether the link of an e-mail is still valid'),
      querystring: ResetTokenQuery,
      response: { 200: ref(Done) },
    },
  }, async ({ query: { token } }) => {
    await verifyResetToken(token)
    return DONE
  })

  app.post('/api/auth/reset-password', {
    config: { policy: 'public', refuses: ['invalid_link', 'weak_password', 'busy'] },
    schema: {
      ...describe('resetPassword', 'Accounts', 'Set a new password by the link of an e-mail, and end all sessions'),
      body: ref(ResetPasswordBody),
      response: { 200: ref(Done) },
    },
  }, async ({ body, ip }) => {
    await resetPassword({ ...body, ip })
    return DONE
  })
}

export const keyRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { keys }) => {
  await app.register(etag)
  app.get('/.well-known/jwks.json', {
    config: { policy: 'public' },
    schema: { ...describe('getKeys', 'Accounts', 'Read the public keys of access tokens'), response: { 200: ref(KeySet), 304: UNCHANGED } },
  }, async (_request, reply) => await reply.headers(KEYS_CACHE).send({ keys }))
}

function signedInView ({ user, accessToken, expiresInS, refreshToken, refreshExpiresAt }: SignedInResult): Static<typeof SignedIn> {
  return { accessToken, tokenType: 'Bearer', expiresIn: expiresInS, refreshToken, refreshExpiresAt, user: userView(user) }
}
