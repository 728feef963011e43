import type { FastifyBaseLogger } from 'fastify'

/**
 * A request's own logger, which is made when something is first logged with it. Most requests log nothing but their line
 * in the access log, and making one takes as long as writing that line: what it is bound to is checked for secrets.
 */
export class RequestLog implements FastifyBaseLogger {
  readonly #make: () => FastifyBaseLogger
  #made: FastifyBaseLogger | undefined

  constructor (make: () => FastifyBaseLogger) {
    this.#make = make
  }

  get #log (): FastifyBaseLogger {
    this.#made ??= this.#make()
    return this.#made
  }

  get level (): string { return this.#log.level }
  child (...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger { return this.#log.child(...args) }
  fatal (...args: unknown[]): void { this.#write('fatal', args) }
  error (...args: unknown[]): void { this.#write('error', args) }
  warn (...args: unknown[]): void { this.#write('warn', args) }
  info (...args: unknown[]): void { this.#write('info', args) }
  debug (...args: unknown[]): void { this.#write('debug', args) }
  trace (...args: unknown[]): void { this.#write('trace', args) }
  silent (): void {}

  #write (level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace', args: unknown[]): void {
    Reflect.apply(this.#log[level], this.#log, args)
  }
}
