import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '#domain/errors.js'
import { PROVINCES } from '#domain/shipping/places.js'
import { describe } from '../openapi/openapi.js'
import { ref } from '../shared/schemas.js'

const NAMES = { code: Type.String({ description: 'The plate code of the province, from 01 to 81' }), name: Type.String() }

export const ProvinceList = Type.Object({
  items: Type.Array(Type.Object(NAMES, { title: 'ProvinceListItem' })),
}, { $id: 'ProvinceList', examples: [{ items: [{ code: '34', name: 'İstanbul' }] }] })

export const Province = Type.Object({
  ...NAMES,
  districts: Type.Array(Type.String(), { description: 'In the Turkish order' }),
}, { $id: 'Province', examples: [{ code: '77', name: 'Yalova', districts: ['Altınova', 'Armutlu', 'Çınarcık', 'Çiftlikköy', 'Merkez', 'Termal'] }] })

const ProvinceParams = Type.Object({ code: Type.String({ pattern: '^[0-9]{2}$', description: 'A plate code: two digits', examples: ['34'] }) })

/** Places change with the version of the service alone. */
const A_DAY = { 'cache-control': 'public, max-age=86400' }

/** The places in Türkiye that an address of a parcel may name, for forms. */
export const geoRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/geo/provinces', {
    config: { policy: 'public' },
    schema: {
      ...describe('listProvinces', 'Shipping', 'List the 81 provinces of Türkiye by their plate codes'),
      response: { 200: ref(ProvinceList) },
    },
  }, async (_request, reply) => await reply.headers(A_DAY).send({ items: [...PROVINCES] }))

  app.get('/api/geo/provinces/:code/districts', {
    config: { policy: 'public', refuses: ['not_found'] },
    schema: {
      ...describe('getProvince', 'Shipping', 'Read a province with its districts'),
      params: ProvinceParams,
      response: { 200: ref(Province) },
    },
  }, async ({ params: { code } }, reply) => {
    const province = PROVINCES.find((one) => one.code === code)
    if (province === undefined) throw new DomainError('not_found', 'there is no province with this code')
    return await reply.headers(A_DAY).send({ ...province, districts: [...province.districts] })
  })
}
