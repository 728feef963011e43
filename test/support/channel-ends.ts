import type { Channel, Letter } from '#adapters/workers/link.js'

/** Two ends of a channel in this process, which carries JSON as the one between processes does. `isCut`: nothing gets through. */
export function channelEnds () {
  const state = { isCut: false, messages: 0 }
  const ends = [new Set<(letters: readonly Letter[]) => void>(), new Set<(letters: readonly Letter[]) => void>()] as const
  const end = (own: number, other: number): Channel => ({
    send: (letters) => {
      state.messages++
      const text = JSON.stringify(letters)
      if (!state.isCut) setImmediate(() => { for (const on of ends[other] ?? []) on(JSON.parse(text) as Letter[]) })
    },
    onLetters: (on) => { ends[own]?.add(on) },
  })
  return { state, one: end(0, 1), other: end(1, 0) }
}
