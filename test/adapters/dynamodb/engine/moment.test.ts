import t from 'tap'
import { momentIn } from '#adapters/dynamodb/engine/moment.js'

t.test('a moment of an earlier row is read in every usual form', async (t) => {
  const moment = '2024-03-01T10:00:00.000Z'
  for (const value of [
    moment, '2024-03-01T10:00:00Z', '2024-03-01T13:00:00+03:00', '2024-03-01 10:00:00', '2024-03-01T10:00', 1709287200, 1709287200000, '1709287200', '1709287200000',
  ]) t.equal(momentIn(value), moment, String(value))
  t.equal(momentIn('2024-03-01'), '2024-03-01T00:00:00.000Z')
  t.equal(momentIn('2024-03-01T10:00:00.5Z'), '2024-03-01T10:00:00.500Z')
})

t.test('anything else is none', async (t) => {
  for (const value of [undefined, null, true, {}, '', 'soon', '42', '2024-13-45', '2024-03-01T99:00:00Z', NaN, Infinity, -1, 1e18]) t.equal(momentIn(value), null, String(value))
})
