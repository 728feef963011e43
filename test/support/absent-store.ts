import type { OpenStores } from '#application/ports/stores.js'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import { DomainError, type ErrorCode } from '#domain/errors.js'

/** `up`: calls work; `refusing`: calls are refused until an operator mends something, and a probe is answered; `away`: calls fail; `answer lost`: calls work, and their answers are lost; `busy`: calls fail with `store_busy`. */
export type Presence = 'up' | 'refusing' | 'away' | 'answer lost' | 'busy'

export interface AbsentStore {
  readonly stores: OpenStores
  presence: Presence
  /** How many calls the store got. */
  calls: number
  /** Runs before each call that works. */
  before: () => Promise<void>
}

/** Stores whose presence a test controls. */
export function absentStore (inner: OpenStores): AbsentStore {
  const control: Omit<AbsentStore, 'stores'> = { presence: 'up', calls: 0, before: async () => {} }

  async function call (name: string | symbol, run: () => unknown): Promise<unknown> {
    control.calls++
    if (control.presence === 'refusing' && name !== 'ping') throw new StoreUnserved(new Error('on purpose'), 1)
    if (control.presence === 'busy') throw refusal('store_busy')
    if (control.presence === 'away') throw refusal('store_unavailable')
    await control.before()
    const answer = await run()
    if (control.presence === 'answer lost') throw refusal('store_unavailable')
    return answer
  }

  function wrap<Store extends object> (store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return typeof method === 'object' && method !== null ? wrap(method) : method
        return async (...args: unknown[]) => name === 'close' ? await Reflect.apply(method, target, args) as unknown : await call(name, () => Reflect.apply(method, target, args) as unknown)
      },
    })
  }

  return Object.assign(control, { stores: wrap(inner) })
}

function refusal (code: ErrorCode): DomainError {
  return new DomainError(code, 'on purpose', { retryAfterS: 1 })
}
