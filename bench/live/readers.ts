import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onCore } from '../server-process.js'

export interface ReadersJob {
  readonly url: string
  readonly path: string
  readonly count: number
  readonly isWebSocket: boolean
  /** Whether each has a token of its own. */
  readonly isSignedIn: boolean
}

/** What readers have got, and milliseconds from sending to reading. */
export interface Seen {
  readonly deliveries: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface Readers {
  /** What came since it was asked last. */
  readonly seen: () => Promise<Seen>
  readonly stop: () => Promise<void>
}

/** Opens streams from a process on core 1. */
export async function openReaders (job: ReadersJob): Promise<Readers> {
  const [program, args] = onCore(1, fileURLToPath(import.meta.resolve('./readers-process.js')), JSON.stringify(job))
  const child = spawn(program, args, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [word] = await Promise.race([once(child, 'message'), once(child, 'close')]) as [unknown]
  if (word !== 'ready') throw new Error('the readers did not come')
  return {
    seen: async () => {
      child.send('seen')
      const [seen] = await once(child, 'message') as [Seen]
      return seen
    },
    stop: async () => {
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}
