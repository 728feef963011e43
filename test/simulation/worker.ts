/** Lives through runs that another thread hands out. */
import { parentPort } from 'node:worker_threads'
import type { Piece, Report } from './pool.js'
import { plantedBug } from './planted/planted-bugs.js'
import { simulate } from './simulate.js'

// Refusals are made by the thousand; whoever wants to know where one comes from replays its seed.
Error.stackTraceLimit = 0

parentPort?.on('message', (piece: Piece) => {
  liveThrough(piece).then((report) => { parentPort?.postMessage(report) }, (error: unknown) => { throw error })
})

async function liveThrough ({ from, to, bug, untilFirst }: Piece): Promise<Report> {
  const failures: Report['failures'] = []
  let steps = 0
  for (let seed = from; seed < to; seed++) {
    const { violations: [first], steps: taken } = await simulate(seed, { bug: plantedBug(bug) })
    steps += taken
    if (first === undefined) continue
    failures.push({ seed, ...first })
    if (untilFirst) break
  }
  return { failures, steps }
}
