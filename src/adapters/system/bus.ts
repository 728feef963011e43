import type { Bus } from '#application/ports/bus.js'

/** The bus of one process. */
export function makeLocalBus (): Bus {
  const topics = new Map<string, Set<(message: string) => void>>()
  return {
    publish: (topic, message) => { for (const on of topics.get(topic) ?? []) on(message) },
    subscribe: (topic, on) => {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(on))
      return () => {
        listeners.delete(on)
        if (listeners.size === 0) topics.delete(topic)
      }
    },
  }
}
