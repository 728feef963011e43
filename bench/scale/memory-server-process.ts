import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onCore } from '../server-process.js'

export interface MemoryServer {
  readonly url: string
  /** Resident memory in bytes. */
  readonly rss: () => number
  readonly stop: () => Promise<void>
}

const program = fileURLToPath(import.meta.resolve('./memory-server.js'))

/** Starts a service with `count` payments in memory, in its own process on core 0. */
export async function startMemoryServer (count: number): Promise<MemoryServer> {
  const child = spawn(...onCore(0, '--expose-gc', '--max-old-space-size=12288', program, String(count)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [url] = await once(child, 'message') as [string]
  return {
    url,
    rss: () => 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]),
    stop: async () => {
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}
