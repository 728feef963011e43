import t from 'tap'
import { makeStreamTickets, TICKET_MS } from '#adapters/tokens/stream-tickets.js'

const NOW = Date.parse('2026-11-30T12:00:00.000Z')
const tickets = makeStreamTickets('a secret of the tests that is long enough')

t.test('a ticket says for a minute what its token says', async (t) => {
  const claims = { sub: 'ada', sid: 'ses_1', exp: NOW / 1000 + 600 }
  const ticket = tickets.make(claims, NOW)
  t.same(tickets.read(ticket, NOW), claims)
  t.same(tickets.read(ticket, NOW + TICKET_MS - 1), claims)
  t.equal(tickets.read(ticket, NOW + TICKET_MS), null)
  t.same(tickets.read(tickets.make({ sub: 'bora' }, NOW), NOW), { sub: 'bora' })
})

t.test('a ticket ends with its token, and none is valid that another secret made, or that was changed', async (t) => {
  const ticket = tickets.make({ sub: 'ada', exp: NOW / 1000 + 10 }, NOW)
  t.ok(tickets.read(ticket, NOW + 9999))
  t.equal(tickets.read(ticket, NOW + 10_000), null)
  t.equal(makeStreamTickets('another secret of the tests, long enough').read(ticket, NOW), null)
  const [content = '', mac = ''] = ticket.split('.')
  const other = Buffer.from(JSON.stringify({ sub: 'root', until: NOW * 2 })).toString('base64url')
  for (const bad of ['', '.', content, `${content}.`, `.${mac}`, `${other}.${mac}`, `${content}.${mac.slice(1)}`, `${content}.${mac}A`, `${'a'.repeat(1025)}.${mac}`]) t.equal(tickets.read(bad, NOW), null)
})
