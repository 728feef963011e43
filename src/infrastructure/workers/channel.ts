import { once, type EventEmitter } from 'node:events'
import type { Channel, Letter } from '#adapters/workers/link.js'

/** The messages that wait for a process which does not read. More are lost, so that one that hangs costs no memory. */
const WAITING_MAX = 1000

/** This end of the channel that node keeps between a process and those that it has begun. */
interface ProcessEnd {
  readonly send?: ((message: { readonly letters: readonly Letter[] }, sent: (error: Error | null) => void) => boolean) | undefined
  readonly on: (event: 'message', on: (message: { readonly letters: readonly Letter[] }) => void) => unknown
}

export function channelOf (end: ProcessEnd): Channel {
  let waiting = 0
  return {
    send: (letters) => {
      if (waiting >= WAITING_MAX) return
      waiting++
      end.send?.({ letters }, () => { waiting-- })
    },
    onLetters: (on) => { end.on('message', ({ letters }) => { on(letters) }) },
  }
}

/** How a process that was begun has ended, such as `code 0` or `SIGKILL`, or why it could not be begun. */
export async function endOf (begun: EventEmitter): Promise<string> {
  try {
    const [code, signal] = await once(begun, 'exit') as [number | null, string | null]
    return signal ?? `code ${code}`
  } catch (error) {
    return (error as Error).message
  }
}
