import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { SenderUseCases } from '#application/shipping/sender-address.js'
import { userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { e164, Phone } from '../shared/phone.js'
import { Email, nullable, ref, strict } from '../shared/schemas.js'

const Line = Type.String({ minLength: 1, maxLength: 240 })
const Name = Type.String({ minLength: 1, maxLength: 120 })

const FIELDS = {
  contactName: Name,
  company: Type.Optional(Name),
  email: Type.Optional(Email),
  line1: Line,
  line2: Type.Optional(Line),
  district: Type.String({ minLength: 1, maxLength: 120, description: 'In Türkiye a district of `GET /api/geo/provinces/{code}/districts`' }),
  city: Type.String({ minLength: 1, maxLength: 120, description: 'In Türkiye a province of `GET /api/geo/provinces`' }),
  zipCode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
  country: Type.String({ pattern: '^[A-Z]{2}$', description: 'Two capital letters of ISO 3166-1, such as TR' }),
}

const example = { contactName: 'Mehmet Demir', company: 'Demir Atkı', phone: '+905321234567', line1: 'Moda Caddesi 7', district: 'Kadıköy', city: 'İstanbul', zipCode: '34710', country: 'TR' }

/** Case and accents of places do not matter. */
export const SetSenderAddressBody = Type.Object({ ...FIELDS, phone: Phone }, { $id: 'SetSenderAddressBody', ...strict, examples: [example] })

export const SenderAddress = Type.Object({
  ...FIELDS,
  phone: Type.String({ description: 'E.164' }),
  cityCode: nullable(Type.String({ description: 'The plate code of the province; null outside of Türkiye' })),
}, { $id: 'SenderAddress', examples: [{ ...example, cityCode: '34' }] })

export const senderRoutes: FastifyPluginAsyncTypebox<SenderUseCases> = async (app, { getSenderAddress, setSenderAddress }) => {
  app.get('/api/sellers/me/shipping-address', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: {
      ...describe('getSenderAddress', 'Shipping', 'Read the address from which you ship, as a seller'),
      response: { 200: ref(SenderAddress) },
    },
  }, async (request) => await getSenderAddress(userOf(request)))

  app.put('/api/sellers/me/shipping-address', {
    config: { policy: 'user', refuses: ['address_unresolved'] },
    schema: {
      ...describe('setSenderAddress', 'Shipping', 'Set the address from which you ship. The answer has its places as carriers know them'),
      body: ref(SetSenderAddressBody),
      response: { 200: ref(SenderAddress) },
    },
  }, async (request) => await setSenderAddress(userOf(request), { ...request.body, phone: e164(request.body.phone) }))
}
