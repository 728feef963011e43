import { DomainError } from '#domain/errors.js'
import { never, type Context } from './context.js'
import type { Life } from './scheduler.js'

/** A running process, as the network sees it. */
export interface Host {
  readonly name: string
  readonly life: Life
  readonly crash: () => void
}

type Method = (...args: unknown[]) => Promise<unknown>

/** What indexes that lag behind may show instead of the present. */
const STALE: Readonly<Record<string, (before: unknown) => unknown>> = {
  findByReference: () => null,
  findByCarrier: () => null,
  candidates: () => ({ items: [], nextKey: null }),
  due: (before) => before ?? [],
}

/**
 * The same port of the store, with a network between: each call takes its time, and others come in between; it may fail on either way,
 * be carried out twice, or never come back because the caller is dead.
 */
export function overNetwork<Port extends object> (port: Port, portName: string, host: Host, context: Context): Port {
  const { scheduler, faults, random, trace } = context
  const methods = new Map<string | symbol, unknown>()
  const before = new Map<string, unknown>()

  async function call (name: string, value: Method, args: readonly unknown[]): Promise<unknown> {
    const method = (): Promise<unknown> => Reflect.apply(value, port, args)
    const fate = faults.storeFate(host.name, scheduler.now)
    trace.note(scheduler.now, host.name, `${portName}.${name}`, `${brief(args[0])}${fate === 'pass' ? '' : ` (${fate})`}`)
    await scheduler.sleep(faults.latency())
    if (!host.life.alive) {
      // What was sent before its sender died may or may not have arrived.
      if (random.chance(0.5)) await method().catch(() => {})
      return await never()
    }
    if (fate === 'before') throw unavailable()
    if (fate === 'crash-before') return await dieOf(host)
    const stale = STALE[name]
    if (stale !== undefined && faults.isStale()) {
      trace.note(scheduler.now, host.name, `${portName}.${name}`, '(stale)')
      return stale(before.get(name))
    }
    if (fate === 'double') await method()
    const answer = await method()
    if (fate === 'crash-after') return await dieOf(host)
    if (fate === 'after') throw unavailable()
    if (stale !== undefined) before.set(name, answer)
    if (random.chance(0.3)) await scheduler.sleep(faults.latency(), host.life)
    return answer
  }

  return new Proxy(port, {
    get (target, name) {
      const made = methods.get(name)
      if (made !== undefined) return made
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const method = (...args: unknown[]): Promise<unknown> => call(String(name), value as Method, args)
      methods.set(name, method)
      return method
    },
  })
}

async function dieOf (host: Host): Promise<never> {
  host.crash()
  return await never()
}

export function unavailable (): DomainError {
  return new DomainError('store_unavailable', 'the connection broke')
}

/** What a call is about, for whoever reads the trace. */
function brief (subject: unknown): string {
  if (typeof subject === 'string') return subject.slice(0, 14)
  if (typeof subject === 'number') return String(subject)
  if (typeof subject !== 'object' || subject === null) return ''
  if ('payment' in subject) return brief(subject.payment)
  for (const [name, value] of Object.entries(subject)) if (name.endsWith('Id') || name === 'eventKey') return brief(value)
  return ''
}
