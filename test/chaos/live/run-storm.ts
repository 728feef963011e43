import { execFileSync, fork } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { as } from '../../support/service.js'
import { streamer } from '../../support/rooms.js'
import type { Restartable } from '../processes.js'
import type { StormOrder, StormReport } from './storm-clients.js'
import { startWorld, type World } from './world.js'

const CLIENTS_A_PROCESS = 5000
/** Descriptors that the node needs for other things than streams. */
const SPARE = 500
const BACK_MAX_MS = 10_000
const PATIENCE_MS = 60_000
const POLL_MS = 50
/** How long calls of the stores are counted while nothing happens. */
const CALM_MS = 3000
const WRITE_MS = 1000
/** Of so many clients, one may cost a call of a store. */
const CALLS = 10

const NOTHING: StormReport = { connected: 0, back: 0, lastBackMs: 0, turnedAway: 0, failed: 0, gaps: 0, doubled: 0, resets: 0, refusals: [], seen: {} }

/** All clients of one of two nodes come back at the other one when theirs ends. Answers how many violations were found. */
export async function runStorm (wanted: number): Promise<number> {
  const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }))
  const clients = Math.min(wanted, descriptors - SPARE || wanted)
  if (clients < wanted) process.stdout.write(`This machine gives a process ${descriptors} descriptors: ${clients} clients in place of ${wanted}.\n`)
  const world = await startWorld()
  const { nodes: [ending, staying], roomId } = world
  const processes = Array.from({ length: Math.ceil(clients / CLIENTS_A_PROCESS) }, (_, index) => clientProcess({
    first: index * CLIENTS_A_PROCESS,
    count: Math.min(CLIENTS_A_PROCESS, clients - index * CLIENTS_A_PROCESS),
    roomId,
    urls: [ending.url, staying.url],
  }))
  const sum = (count: (report: StormReport) => number): number => processes.reduce((total, { report }) => total + count(report()), 0)
  const until = async (isDone: () => boolean): Promise<void> => {
    for (const end = performance.now() + PATIENCE_MS; !isDone() && performance.now() < end;) await setTimeout(POLL_MS)
  }
  await until(() => sum(({ connected }) => connected) === clients)
  const connected = sum(({ connected }) => connected)
  const talk = talking(world)
  const calmBefore = await costsOf(staying)
  await setTimeout(CALM_MS)
  const before = await costsOf(staying)
  const startMs = Date.now()
  const ended = ending.end()
  await until(() => sum(({ back }) => back) === clients)
  const after = await costsOf(staying)
  const tookMs = Math.max(...processes.map(({ report }) => report().lastBackMs)) - startMs
  const windowMs = Date.now() - startMs
  await ended
  const texts = await talk.stop()
  const ofRoom = clients - processes.reduce((total, { own }) => total + own, 0)
  const seenBy = (text: string): number => sum(({ seen }) => seen[text] ?? 0)
  await until(() => texts.every((text) => seenBy(text) === ofRoom))
  const lost = texts.reduce((total, text) => total + ofRoom - seenBy(text), 0)
  const back = sum((report) => report.back)
  const [gaps, doubled, resets] = [sum((report) => report.gaps), sum((report) => report.doubled), sum((report) => report.resets)]
  const refusals = processes.flatMap(({ report }) => report().refusals)
  const calls = Math.max(0, Math.round(after.calls - before.calls - (before.calls - calmBefore.calls) * windowMs / CALM_MS))
  process.stdout.write(`\n${clients} clients of one node, one of 5 for their own events, while people write; the node ends by SIGTERM.\n\n`)
  process.stdout.write('| connected | back at the other node | within | tries that failed | processor time of that node | calls of stores for them | streams from the store | gaps | doubled | lost |\n|---|---|---|---|---|---|---|---|---|---|\n')
  process.stdout.write(`| ${[connected, back, `${(tookMs / 1000).toFixed(1)} s`, sum((report) => report.turnedAway + report.failed), `${(after.processorS - before.processorS).toFixed(1)} s`, calls, after.fromStore - before.fromStore, gaps + resets, doubled, lost].join(' | ')} |\n`)
  for (const refusal of new Set(refusals)) process.stdout.write(`- ${refusal}\n`)
  for (const { end } of processes) end()
  await world.close()
  return gaps + resets + doubled + lost + refusals.length + Number(connected < clients) + Number(back < clients) + Number(tookMs > BACK_MAX_MS) + Number(calls > clients / CALLS) + Number(texts.length === 0)
}

function clientProcess (order: StormOrder) {
  const child = fork(fileURLToPath(import.meta.resolve('./storm-clients.js')))
  let newest = NOTHING
  child.on('message', (report: StormReport) => { newest = report })
  child.send(order)
  const end = (): void => { child.kill('SIGKILL') }
  process.once('exit', end)
  return { report: () => newest, own: Math.ceil(order.count / 5), end }
}

/** Someone writes in the room and to one of the clients, at the node that stays. `stop` answers what was acknowledged in the room. */
function talking ({ nodes: [, { url }], roomId }: World) {
  const over = new AbortController()
  const texts: string[] = []
  const send = async (path: string, headers: Readonly<Record<string, string>>, body: object): Promise<boolean> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }).catch(() => null)
    await response?.text()
    return response?.ok === true
  }
  const talk = async (): Promise<void> => {
    for (let number = 0; !over.signal.aborted; number++) {
      const text = `storm ${number}`
      if (await send(`/api/rooms/${roomId}/messages`, streamer, { text, clientMessageId: `storm-${number}` })) texts.push(text)
      await send('/api/messages', as('ayse'), { receiverId: `client${5 * number}`, message: `own ${number}`, clientMessageId: `own-${number}` })
      await setTimeout(WRITE_MS, undefined, { signal: over.signal }).catch(() => {})
    }
  }
  const running = talk()
  return {
    stop: async (): Promise<readonly string[]> => {
      over.abort()
      await running
      return texts
    },
  }
}

interface Costs {
  /** Calls of stores. */
  readonly calls: number
  /** Streams that began with events of a store. */
  readonly fromStore: number
  readonly processorS: number
}

/** What a node has done so far. */
async function costsOf ({ url }: Restartable): Promise<Costs> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const sum = (pattern: RegExp): number => [...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0)
  return {
    calls: sum(/^basvideo_store_call_duration_seconds_count\{.*\} (\d+)$/gm),
    fromStore: sum(/^basvideo_live_resume_total\{from="store"\} (\d+)$/gm),
    processorS: sum(/^process_cpu_seconds_total ([\d.]+)$/gm),
  }
}
