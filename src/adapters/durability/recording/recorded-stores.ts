import { mapStores, type OpenStores } from '#application/ports/stores.js'
import type { Journal } from '../journal/journal.js'
import { withMethods } from '../proxy.js'
import { carryOut, type JournaledWrite } from '../writes/journaled-write.js'
import { RECORDING, type Recorder } from './recording.js'

/**
 * Stores in memory whose content survives a restart: each write is in the journal before it is acknowledged, and applied again at the
 * start. A write that a crash keeps from the journal can have been read for a moment, and was never acknowledged.
 * @throws Error where a write of the journal can not be applied: it comes from DynamoDB mode or a newer version, or was tampered with
 */
export async function recordedStores (stores: OpenStores, journal: Journal<JournaledWrite>): Promise<OpenStores> {
  for (const { sequence, value } of journal.pending()) {
    await carryOut(value, stores).catch((cause: unknown) => {
      throw new Error(`entry ${sequence} of the journal does not follow from those before it (${String(cause)}); memory mode needs a folder of its own`, { cause })
    })
  }
  journal.release()
  const record = async (write: JournaledWrite): Promise<void> => { await journal.append(write) }
  const recorded = mapStores(stores, (name, store) => {
    const methods: Readonly<Record<string | symbol, unknown>> = RECORDING[name]
    return withMethods(store, {}, (call, method) => {
      const recorder = methods[method]
      return typeof recorder === 'function' ? (recorder as Recorder<typeof call>)(call, record) : call
    })
  })
  return {
    ...recorded,
    close: async () => {
      await stores.close()
      await journal.close()
    },
  }
}
