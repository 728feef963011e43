import { DomainError } from '../../src/domain/errors.js'

export interface Fault {
  /** The call that fails, counted from 1 over all wrapped ports; one beyond the last call never happens. */
  readonly call: number
  /** Before its effect, or after it: the caller sees no difference. */
  readonly when: 'before' | 'after'
}

export interface FaultyPorts {
  /** The same port, whose calls are counted and of which one fails. Properties that are no functions stay as they are. */
  readonly wrap: <Port extends object>(port: Port) => Port
  /** How many calls there have been. */
  readonly calls: () => number
}

/** Ports of which one call fails as if the connection broke. */
export function faultyPorts (fault: Fault): FaultyPorts {
  let calls = 0

  async function call (method: () => unknown): Promise<unknown> {
    calls++
    const fails = calls === fault.call
    if (fails && fault.when === 'before') throw broken()
    const answer = await method()
    if (fails) throw broken()
    return answer
  }

  return {
    wrap: (port) => new Proxy(port, {
      get (target, name) {
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function'
          ? async (...args: unknown[]) => await call((): unknown => Reflect.apply(value, target, args))
          : value
      },
    }),
    calls: () => calls,
  }
}

function broken (): DomainError {
  return new DomainError('store_unavailable', 'the connection broke')
}
