import { makeCallers } from './caller.js'
import { load } from './load.js'
import { once, OPERATIONS, OPERATION_NAMES, CONVERSATION_LENGTH, type OperationName } from './operations.js'
import { PEERS, startServer } from './server-process.js'

const callers = makeCallers()
const ops = (process.env['OPS']?.split(',') ?? OPERATION_NAMES) as OperationName[]
const seconds = Number(process.env['S'] ?? 3)
for (const operation of ops) {
  const servers = await Promise.all(PEERS.map(async (peer) => ({ peer, server: await startServer(peer) })))
  const jobs = []
  for (const { peer, server } of servers) {
    const paymentIds = []
    for (const c of callers) {
      if (operation === 'conversation') for (let i = 0; i < CONVERSATION_LENGTH; i++) await once(server.url, OPERATIONS.send, c)
      if (operation === 'payment') paymentIds.push(String((await once(server.url, OPERATIONS.process, c))['paymentId']))
    }
    jobs.push({ peer, server, job: { url: server.url, operation, callers, paymentIds, connections: 32, seconds: 1 } })
  }
  for (let round = 0; round < 3; round++) {
    for (const { peer, server, job } of jobs) {
      const cpu = server.cpuMs()
      const m = await load({ ...job, seconds: round === 0 ? 1 : seconds })
      const used = server.cpuMs() - cpu
      process.stdout.write(`${operation} ${peer} round ${round} ${Math.round(m.perSecond)}/s p99 ${m.p99.toFixed(2)} cpu/req ${(1000 * used / m.successes).toFixed(1)}us util ${(used / (m.successes / m.perSecond) / 10).toFixed(0)}%\n`)
    }
  }
  for (const { server } of servers) await server.stop()
}
