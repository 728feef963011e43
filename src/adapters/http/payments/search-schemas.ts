import { Type } from '@sinclair/typebox'
import { QUERY_MAX_CHARACTERS, QUERY_MIN_CHARACTERS } from '#domain/payments/order-search.js'
import { Status } from './schemas.js'
import { oneOf, pageQuery } from '../shared/schemas.js'
import { RANGE } from '../shared/time-range.js'

export const SearchQuery = pageQuery({
  type: oneOf(['orders']),
  q: Type.String({
    minLength: QUERY_MIN_CHARACTERS,
    maxLength: QUERY_MAX_CHARACTERS,
    description: 'A whole id: of the order, the payment, the provider, the buyer, or his e-mail. Or beginnings of words of the description and the items, in any order. Case and accents make no difference',
    examples: ['order-1001', 'ayse@example.com', 'blue sca'],
  }),
  status: Type.Optional(Status),
  ...RANGE,
})
