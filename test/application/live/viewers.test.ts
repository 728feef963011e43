import t from 'tap'
import { Viewers } from '#application/live/viewers.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import type { Bus } from '#application/ports/bus.js'
import { unreliableBus } from '../../support/unreliable-bus.js'

/** Processes on one bus, and what the readers of each are told. */
function world (bells: Bus = makeLocalBus()) {
  const time = { ms: 1_000_000 }
  let count = 0
  const node = () => {
    const viewers = new Viewers({ bells, nodeId: `node_${++count}`, nowMs: () => time.ms })
    const told: Array<readonly [roomId: string, viewers: number]> = []
    return { viewers, told, beat: () => { viewers.beat((...fact) => { told.push(fact) }) } }
  }
  return { time, node, bells }
}

t.test('a person with several streams counts once, and stays for ten seconds after the last one', async (t) => {
  const { time, node } = world()
  const { viewers, told, beat } = node()
  const leave = [viewers.enter('room_1', 'ayse'), viewers.enter('room_1', 'ayse')]
  const leaveToo = viewers.enter('room_1', 'bora')
  viewers.enter('room_2', 'ayse')
  t.same([viewers.count('room_1'), viewers.count('room_2'), viewers.count('room_3')], [2, 1, 0])
  beat()
  beat()
  t.same(told, [['room_1', 2], ['room_2', 1]], 'what has not changed is not told again')
  leave[0]?.()
  leaveToo()
  time.ms += 9999
  beat()
  t.equal(viewers.count('room_1'), 2)
  viewers.enter('room_1', 'bora')
  time.ms += 1
  beat()
  t.equal(viewers.count('room_1'), 2, 'bora is back')
  leave[1]?.()
  time.ms += 9999
  beat()
  t.equal(viewers.count('room_1'), 2)
  time.ms += 1
  beat()
  t.same([viewers.count('room_1'), told.at(-1)], [1, ['room_1', 1]])
})

t.test('all processes count the people of all, and each tells its own readers', async (t) => {
  const { node, time } = world()
  const [one, other, third] = [node(), node(), node()]
  const leave = one.viewers.enter('room_1', 'ayse')
  other.viewers.enter('room_1', 'bora')
  other.viewers.enter('room_1', 'ceren')
  for (const { beat } of [one, other, one]) beat()
  t.same([one, other, third].map(({ viewers }) => viewers.count('room_1')), [3, 3, 3])
  t.same([one.told, other.told, third.told], [[['room_1', 1], ['room_1', 3]], [['room_1', 3]], []], 'who has no readers tells no one')
  leave()
  time.ms += 10_000
  for (const { beat } of [one, other]) beat()
  t.equal(other.viewers.count('room_1'), 2)
  one.viewers.enter('room_1', 'deniz')
  one.beat()
  t.same(one.told.at(-1), ['room_1', 3], 'a room that was left is told anew')
})

t.test('the people of a process that is heard no more are gone after twenty seconds', async (t) => {
  const { node, time } = world()
  const [alive, dead] = [node(), node()]
  alive.viewers.enter('room_1', 'ayse')
  dead.viewers.enter('room_1', 'bora')
  dead.viewers.enter('room_2', 'bora')
  for (const { beat } of [alive, dead]) beat()
  time.ms += 19_999
  alive.beat()
  t.same(alive.told.at(-1), ['room_1', 2])
  time.ms += 1
  t.same([alive.viewers.count('room_1'), alive.viewers.count('room_2')], [1, 0])
  alive.beat()
  t.same(alive.told.at(-1), ['room_1', 1])
})

t.test('whatever the bus loses, doubles and mixes up, the next reports mend, and what is no report changes nothing', async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { node, time } = world(unreliableBus(seed))
    const nodes = [node(), node()]
    for (const [index, { viewers }] of nodes.entries()) {
      for (let person = 0; person <= index; person++) viewers.enter('room_1', `person_${person}`)
    }
    for (let round = 0; round < 60; round++) {
      for (const { beat } of nodes) beat()
      time.ms += 100
    }
    t.same(nodes.map(({ viewers }) => viewers.count('room_1')), [3, 3], `seed ${seed}`)
  }
  const { node, bells } = world()
  const { viewers } = node()
  for (const odd of ['', '{', 'null', '7', '{}', '[]', '["n","room_1"]', '[1,"room_1",1]', '["n",1,1]', '["n","room_1",-1]', '["n","room_1",1.5]', '["n","room_1","1"]']) bells.publish('viewers', odd)
  t.equal(viewers.count('room_1'), 0)
  bells.publish('viewers', '["n","room_1",4]')
  t.equal(viewers.count('room_1'), 4)
})
