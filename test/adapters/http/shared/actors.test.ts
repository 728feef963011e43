import t from 'tap'
import { RequestActors } from '#adapters/http/shared/actors.js'
import { BY_SERVICE } from '#domain/live/event-actor.js'

t.test('what no request has brought about is by the service', (t) => {
  t.same(new RequestActors().current(), BY_SERVICE)
  t.end()
})
