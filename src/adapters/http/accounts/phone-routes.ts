import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { e164 } from '../shared/phone.js'
import { Done, DONE, ref } from '../shared/schemas.js'
import type { Accounts } from './auth-routes.js'
import { ConfirmPhoneBody, PhoneBody, User, userView } from './schemas.js'

/** A phone number gets SMS once its owner has sent back the code that went to it. */
export const phoneRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { useCases: { requestPhoneCode, confirmPhone } }) => {
  app.post('/api/users/me/phone', {
    config: { policy: 'user', refuses: ['not_found', 'phone_not_supported', 'too_many_attempts'] },
    schema: {
      ...describe('requestPhoneCode', 'Accounts', 'Send a code to a phone number. It is valid for 10 minutes and ends the one before'),
      body: ref(PhoneBody),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await requestPhoneCode({ userId: userOf(request), phone: e164(request.body.phone) })
    return DONE
  })

  app.post('/api/users/me/phone/confirm', {
    config: { policy: 'user', refuses: ['not_found', 'invalid_code'] },
    schema: {
      ...describe('confirmPhone', 'Accounts', 'Make the number to which the last code went yours, by the code. It has 5 tries'),
      body: ref(ConfirmPhoneBody),
      response: { 200: ref(User) },
    },
  }, async (request) => userView(await confirmPhone({ userId: userOf(request), code: request.body.code })))
}
