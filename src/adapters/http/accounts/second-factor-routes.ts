import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import type { SecondFactor as SecondFactorEntity } from '#domain/accounts/second-factor.js'
import { callerOf, userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { Done, DONE, nullable, ref, strict, Timestamp } from '../shared/schemas.js'
import type { Accounts } from './auth-routes.js'
import { Code, Password, UserParams } from './schemas.js'

const examplePassword = 'dört tane mavi atkı'
const exampleSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

export const SecondFactor = Type.Object({
  isOn: Type.Boolean({ description: 'Whether signing in takes a code beside the password' }),
  onSince: nullable(Timestamp),
  recoveryCodesLeft: Type.Integer(),
}, { $id: 'SecondFactor', examples: [{ isOn: true, onSince: '2026-11-23T13:00:00.000Z', recoveryCodesLeft: 10 }] })

export const BeginSecondFactorBody = Type.Object({ password: Password }, { $id: 'BeginSecondFactorBody', ...strict, examples: [{ password: examplePassword }] })

export const NewSecondFactor = Type.Object({
  secret: Type.String({ description: 'In base32, for people who type it into their app. It is shown this once' }),
  address: Type.String({ description: 'The same as an `otpauth://` address, for a picture that the app reads' }),
}, {
  $id: 'NewSecondFactor',
  examples: [{ secret: exampleSecret, address: `otpauth://totp/BasVideo:ada%40example.com?issuer=BasVideo&secret=${exampleSecret}&algorithm=SHA1&digits=6&period=30` }],
})

export const CodeBody = Type.Object({ code: Code }, { $id: 'CodeBody', ...strict, examples: [{ code: '042137' }] })

export const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), { description: 'Each takes the place of a code once. They are shown this once' }),
}, { $id: 'RecoveryCodes', examples: [{ recoveryCodes: ['ABCD-EFGH-2345-ABCD', 'EFGH-ABCD-6723-EFGH'] }] })

export const EndSecondFactorBody = Type.Object({ password: Password, code: Code }, { $id: 'EndSecondFactorBody', ...strict, examples: [{ password: examplePassword, code: '042137' }] })

/** Codes of an app beside the password, at the sign-in and again before some acts. */
export const secondFactorRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { useCases }) => {
  const { readSecondFactor, beginSecondFactor, confirmSecondFactor, endSecondFactor, takeSecondFactor, stepUp } = useCases

  app.get('/api/auth/second-factor', {
    config: { policy: 'user', takesConsole: true, refuses: ['not_found'] },
    schema: { ...describe('getSecondFactor', 'Accounts', 'Read whether you have a second factor'), response: { 200: ref(SecondFactor) } },
  }, async (request) => secondFactorView(await readSecondFactor(userOf(request))))

  app.post('/api/auth/second-factor', {
    config: { policy: 'user', takesConsole: true, refuses: ['not_found', 'second_factor_on', 'second_factor_unavailable', 'wrong_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('beginSecondFactor', 'Accounts', 'Get a secret for an app that shows codes. It counts once you have confirmed it, and ends one that waits'),
      body: ref(BeginSecondFactorBody),
      response: { 200: ref(NewSecondFactor) },
    },
  }, async (request) => await beginSecondFactor({ userId: userOf(request), password: request.body.password, ip: request.ip }))

  app.post('/api/auth/second-factor/confirm', {
    config: { policy: 'user', takesConsole: true, refuses: ['not_found', 'second_factor_on', 'second_factor_off', 'wrong_code', 'too_many_attempts'] },
    schema: {
      ...describe('confirmSecondFactor', 'Accounts', 'Switch your second factor on, by a code of the app. The answer alone shows the recovery codes'),
      body: ref(CodeBody),
      response: { 200: ref(RecoveryCodes) },
    },
  }, async (request) => ({ recoveryCodes: [...await confirmSecondFactor({ userId: userOf(request), code: request.body.code, ip: request.ip })] }))

  app.delete('/api/auth/second-factor', {
    config: { policy: 'user', takesConsole: true, refuses: ['not_found', 'second_factor_off', 'wrong_code', 'wrong_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('endSecondFactor', 'Accounts', 'Switch your second factor off'),
      body: ref(EndSecondFactorBody),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await endSecondFactor({ ...request.body, userId: userOf(request), ip: request.ip })
    return DONE
  })

  app.post('/api/auth/step-up', {
    config: { policy: 'user', takesConsole: true, refuses: ['not_found', 'second_factor_off', 'wrong_code', 'too_many_attempts'] },
    schema: {
      ...describe('stepUp', 'Accounts', 'Send a code again, for the acts that ask for it. It holds 10 minutes, in this session'),
      body: ref(CodeBody),
      response: { 204: Type.Null({ description: 'The code was right' }) },
    },
  }, async (request, reply) => {
    const { sessionId = null } = callerOf(request)
    await stepUp({ userId: userOf(request), sessionId, code: request.body.code, ip: request.ip })
    return await reply.code(204).send(null)
  })

  app.delete('/api/admin/users/:userId/second-factor', {
    config: { policy: 'admin', scope: 'users', audit: 'by-the-change', refuses: ['not_found', 'own_account', 'step_up_required'] },
    schema: {
      ...describe('takeSecondFactor', 'Back office', 'Take the second factor of a user away, who has lost it. They get a mail'),
      params: UserParams,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await takeSecondFactor({ actor: { caller: callerOf(request), requestId: request.id }, userId: request.params.userId })
    return DONE
  })
}

function secondFactorView (factor: SecondFactorEntity | null): Static<typeof SecondFactor> {
  const onSince = factor?.onSince ?? null
  return { isOn: onSince !== null, onSince, recoveryCodesLeft: factor?.recoveryDigests.length ?? 0 }
}
