import t from 'tap'
import { changedUser, linksOf, withReset } from '#domain/accounts/user.js'
import { at } from '../../contracts/fixtures.js'
import { user } from '../../contracts/user-store.contract.js'

const link = (digest: string, second = 60) => ({ digest, expiresAt: at(second) })

t.test('twenty links for a new password are valid at once, and the oldest ends with a further one', async (t) => {
  let ada = user('ada')
  for (let index = 0; index < 21; index++) ada = withReset(ada, link(`d${index}`), at(0))
  t.same(linksOf(ada, 'reset', at(0)).map(({ digest }) => digest), Array.from({ length: 20 }, (_, index) => `d${index + 1}`))
})

t.test('links end with the epoch of their user, also where version 0.1.0 forgets the newest alone', async (t) => {
  const ada = withReset(withReset(user('ada'), link('old'), at(0)), link('new', 90), at(1))
  t.match(linksOf(ada, 'reset', at(2)), [{ digest: 'old' }, { digest: 'new' }])
  t.match(linksOf(ada, 'reset', at(60)), [{ digest: 'new' }])
  t.same(linksOf(changedUser(ada, { reset: null, epoch: 1 }, at(3)), 'reset', at(3)), [])
  t.match(linksOf(ada, 'verification', at(3)), [{ digest: 'digest of usr_ada' }], 'a link has one purpose')
})
