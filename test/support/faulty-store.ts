import { DomainError } from '#domain/errors.js'

export interface Fault {
  /** The call that fails, counted from 1 over all wrapped ports; one beyond the last call fails nothing. */
  readonly call: number
  /** Before or after its effect, which the caller cannot distinguish. */
  readonly when: 'before' | 'after'
}

export interface FaultyPorts {
  /** The port, with its calls counted, one of which fails. Other properties stay as they are. */
  readonly wrap: <Port extends object>(port: Port) => Port
  /** Resets the count; null fails no call. */
  readonly plan: (fault: Fault | null) => void
  /** Calls since the reset. */
  readonly calls: () => number
}

/** Methods of gateways that use no connection, so that none can break. */
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
