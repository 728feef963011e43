import { setTimeout } from 'node:timers/promises'
import type { Restartable } from '../processes.js'
import type { World } from './world.js'

/** What befalls the nodes for so many milliseconds. All is as before when it is over. */
export type Fault = (world: World, ms: number) => Promise<void>

/** The bus cuts all its connections so often. */
const CUT_MS = 300
/** How long a node lives between two kills at most. */
const ALIVE_MAX_MS = 2000
/** Longer than a reader waits who comes back, so that some find no node at all. */
const AWAY_MS = 500

export const FAULTS: Readonly<Record<string, Fault>> = {
  'bus loses 30 %': losing(0.3),
  'bus loses everything': losing(1),
  'bus cuts its connections': async ({ bus }, ms) => { await repeatedly(ms, CUT_MS, async () => { await bus.set('up') }) },
  'bus killed and started': async ({ redis }, ms) => {
    await redis.stop()
    await setTimeout(ms)
    await redis.start()
  },
  'bus frozen': async ({ redis }, ms) => {
    redis.hang()
    await setTimeout(ms)
    redis.wake()
  },
  'engine killed and started': async ({ store }, ms) => {
    await store.kill()
    await setTimeout(ms)
    await store.start()
  },
  'engine frozen': frozenEngine,
  'one node without the engine': async ({ network }, ms) => {
    await network.set('black hole')
    await setTimeout(ms)
    await network.set('up')
  },
  'nodes killed by turns': async (world, ms) => { await losing(0.5)(world, ms, async () => { await byTurns(world.nodes, ms, crash) }) },
  'nodes ended by turns': async (world, ms) => { await losing(0.5)(world, ms, async () => { await byTurns(world.nodes, ms, roll) }) },
  'both nodes killed': async ({ nodes }, ms) => {
    await Promise.all(nodes.map(async (node) => { await node.kill() }))
    await setTimeout(ms / 2)
    await Promise.all(nodes.map(async (node) => { await node.start() }))
  },
  'all at once': async (world, ms) => {
    await losing(0.7)(world, ms, async () => {
      await Promise.all([byTurns(world.nodes, ms, crash), frozenEngine(world, ms / 2)])
    })
  },
}

async function frozenEngine ({ store }: World, ms: number): Promise<void> {
  store.signal('SIGSTOP')
  await setTimeout(ms)
  store.signal('SIGCONT')
}

/** The bus loses so large a share of its messages, while something else happens too or nothing. */
function losing (share: number) {
  return async ({ loss }: World, ms: number, meanwhile: () => Promise<unknown> = async () => await setTimeout(ms)): Promise<void> => {
    loss.lose(share)
    await meanwhile()
    loss.lose(0)
  }
}

async function repeatedly (ms: number, everyMs: number, act: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await setTimeout(everyMs)) await act()
}

async function byTurns (nodes: readonly Restartable[], ms: number, act: (node: Restartable) => Promise<void>): Promise<void> {
  const end = performance.now() + ms
  for (let turn = 0; turn < nodes.length || performance.now() < end; turn++) {
    const node = nodes[turn % nodes.length]
    if (node !== undefined) await act(node)
    await setTimeout(Math.random() * ALIVE_MAX_MS)
  }
}

async function crash (node: Restartable): Promise<void> {
  await node.kill()
  await setTimeout(Math.random() * AWAY_MS)
  await node.start()
}

/** As a roll-out does: the node says goodbye, ends, and another one comes in its place. */
async function roll (node: Restartable): Promise<void> {
  await node.end()
  await node.start()
}
