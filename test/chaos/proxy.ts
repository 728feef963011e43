import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What becomes of the bytes between a service and its store. */
export type Network = 'up' | 'refuse' | 'black hole' | 'slow' | 'reset after commit'

const SLOW_MS = 5000

export interface Proxy {
  readonly url: string
  readonly set: (network: Network) => Promise<void>
  readonly close: () => void
}

/** Stands before a server and does to its connections what networks do. */
export async function faultProxy (target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let network: Network = 'up'
  const server = createServer((client) => { serve(client) })
  await listen(server, 0)
  const own = (server.address() as AddressInfo).port

  function serve (client: Socket): void {
    const upstream = connect(Number(port), hostname)
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one)
      one.on('error', () => { other.destroy() }).on('close', () => { sockets.delete(one); other.destroy() })
    }
    client.on('data', (bytes: Buffer) => { if (network !== 'black hole') upstream.write(bytes) })
    upstream.on('data', (bytes: Buffer) => {
      if (network === 'black hole') return
      if (network === 'reset after commit') client.resetAndDestroy()
      else if (network === 'slow') setTimeout(() => { if (!client.destroyed) client.write(bytes) }, SLOW_MS)
      else client.write(bytes)
    })
  }

  return {
    url: `http://127.0.0.1:${own}`,
    set: async (next) => {
      network = next
      if (next === 'refuse') server.close()
      else if (!server.listening) await listen(server, own)
      if (next === 'refuse' || next === 'up') for (const socket of sockets) socket.destroy()
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function listen (server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
