import { DomainError } from '#domain/errors.js'

export interface Fault {
  /** The call that fails, counted from 1 over all wrapped ports; one beyond the last call fails nothing. */
  readonly call: number
  /** Before its effect, or after it: the caller sees no difference. */
  readonly when: 'before' | 'after'
}

export interface FaultyPorts {
  /** The same port, whose calls are counted and of which one fails. Properties that are no functions stay as they are. */
  readonly wrap: <Port extends object>(port: Port) => Port
  /** Starts counting anew; null lets every call pass. */
  readonly plan: (fault: Fault | null) => void
  /** How many calls there have been since. */
  readonly calls: () => number
}

/** Methods of gateways that ask no provider: no connection can break under them. */
const LOCAL: ReadonlySet<string | symbol> = new Set(['check', 'outageS', 'verifyWebhook'])

/** Ports of which one call fails as if the connection broke. */
export function faultyPorts (): FaultyPorts {
  let fault: Fault | null = null
  let calls = 0

  async function call (method: () => unknown): Promise<unknown> {
    calls++
    const failing = calls === fault?.call ? fault.when : null
    if (failing === 'before') throw broken()
    const answer = await method()
    if (failing === 'after') throw broken()
    return answer
  }

  return {
    wrap: (port) => new Proxy(port, {
      get (target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const method = (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        return LOCAL.has(name) ? method : async (...args: unknown[]) => await call(() => method(...args))
      },
    }),
    plan: (next) => {
      fault = next
      calls = 0
    },
    calls: () => calls,
  }
}

function broken (): DomainError {
  return new DomainError('store_unavailable', 'the connection broke')
}
