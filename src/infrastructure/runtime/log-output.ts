import { constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import sonicBoom from 'sonic-boom'

/** Lines leave in batches of this size, or after this time, because a write for each line would slow requests down. */
const BATCH_BYTES = 15 * 1024
const FLUSH_MS = 100
/** A pipe takes so many bytes of one process at once, or none of them. A longer line may still be cut. */
const SHARED_BATCH = { minLength: 4095, maxWrite: 4096 }
/** What waits for a reader that is slow, frozen or gone, or for a disk that is full. Lines beyond it are dropped. */
const WAITING_MAX_BYTES = 4 * 1024 * 1024
/** The longest wait for the last lines at the end of the process. */
const END_MAX_MS = 1000

export interface LogOutput {
  readonly write: (text: string) => void
  /** The number of lines that were dropped. */
  readonly dropped: () => number
  /** Resolves once everything is written, or cannot be written in time. What comes later is dropped. */
  readonly end: () => Promise<void>
}

/**
 * Writes a log to a file descriptor. Nothing that happens to it stops the process, or keeps it from ending: it costs lines alone. Where it is
 * shared with other processes, their lines do not mix.
 */
export function openLogOutput (fd: number, isShared = false): LogOutput {
  const batch = isShared ? SHARED_BATCH : {}
  const output = new sonicBoom.SonicBoom({ fd: withoutBlocking(fd), sync: false, minLength: BATCH_BYTES, ...batch, periodicFlush: FLUSH_MS, maxLength: WAITING_MAX_BYTES })
  let dropped = 0
  output.on('drop', () => { dropped++ })
  // A failed write is tried again with the next line.
  output.on('error', () => {})
  let isEnded = false
  return {
    write: (text) => {
      if (isEnded) dropped++
      else output.write(text)
    },
    dropped: () => dropped,
    end: async () => {
      const ended = new Promise((resolve) => { output.once('finish', resolve).once('error', resolve) })
      isEnded = true
      output.end()
      const timer = new AbortController()
      await Promise.race([ended, setTimeout(END_MAX_MS, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
    },
  }
}

/**
 * A descriptor of the same output whose writes never wait: a thread that waits in a write keeps the process from ending. Files need
 * none. Pipes and terminals are opened anew, so that the other processes which write to them see no difference. Sockets, and what may
 * not be opened, are set not to wait for everyone.
 */
function withoutBlocking (fd: number): number {
  const kind = fstatSync(fd)
  if (kind.isFile()) return fd
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    if (kind.isSocket() || kind.isFIFO()) {
      // Its first use would set a socket that both share to wait again, so it comes before.
      process.stderr.on('error', () => {})
      new Socket({ fd, readable: false }).unref()
    }
    return fd
  }
}
