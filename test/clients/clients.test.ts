// @own-process
import t from 'tap'
import { as, startService } from '../support/service.js'
import { GENERATORS, makeClients } from './generate.js'

t.test('clients of three generators compile under the strictest options, and call the service', { timeout: 120_000 }, async (t) => {
  const { app, url } = await startService(t, { listen: true })
  const clients = await makeClients(await app.openapi(), url())
  t.same(Object.keys(clients), GENERATORS)
  for (const [name, visit] of Object.entries(clients)) {
    const token = String(as(name)['authorization']).replace('Bearer ', '')
    t.match(await visit(url(), token), {
      sent: 'Is the blue one still available?',
      listed: ['Is the blue one still available?'],
      action: /^go to http:\/\/127\.0\.0\.1:\d+\/simulator\/pay\/sim_[\w-]+$/,
      refusal: 'declined: card_declined failed',
      missing: 'not_found',
    }, name)
  }
})
