import type { Bus } from '#application/ports/bus.js'

export interface WorkersBusOptions {
  /** Delivers to those who listen in this process. */
  readonly local: Bus
  /** Sends a message to the other workers of the start, by way of its primary. */
  readonly send: (topic: string, message: string) => void
  /** Hears what the other workers send. */
  readonly onMessage: (on: (topic: string, message: string) => void) => void
  readonly observe: (result: 'sent' | 'received') => void
}

/** The bus between the workers of one start. What a worker publishes, it hears itself at once, and without the primary. */
export function makeWorkersBus ({ local, send, onMessage, observe }: WorkersBusOptions): Bus {
  onMessage((topic, message) => {
    observe('received')
    local.publish(topic, message)
  })
  return {
    publish: (topic, message) => {
      local.publish(topic, message)
      observe('sent')
      send(topic, message)
    },
    subscribe: local.subscribe,
  }
}
