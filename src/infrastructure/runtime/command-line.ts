import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

interface CommandLine<T extends ParseArgsOptionsConfig> {
  /** The command's name after `basvideo`. */
  readonly name: string
  /** The arguments on the first line, their meaning on the others. */
  readonly usage: string
  readonly options: T
  readonly allowPositionals?: boolean
}

const WRONG_ARGUMENTS = 2

/**
 * The arguments with which a program was started. `--help` prints the usage and ends the process with 0; an argument
 * that the program does not know ends it with 2 and one line.
 */
export function readArguments<const T extends ParseArgsOptionsConfig> ({ name, usage, options, allowPositionals = false }: CommandLine<T>) {
  if (process.argv.includes('--help')) {
    process.stdout.write(`Usage: basvideo ${name} ${usage}`.trimEnd() + '\n')
    process.exit(0)
  }
  try {
    return parseArgs({ options, allowPositionals, strict: true })
  } catch (error) {
    refuseArguments(name, (error as Error).message.split('. ', 1).join())
  }
}

/** Ends the process with one line and 2. */
export function refuseArguments (name: string, reason: string): never {
  process.stderr.write(`basvideo ${name}: ${reason}; see basvideo ${name} --help\n`)
  process.exit(WRONG_ARGUMENTS)
}

/** What `read` reads of the configuration. One with faults ends the process with a line for each, and 1. */
export function readSettings<T> (name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    process.stderr.write(faultLines(`basvideo ${name}`, error))
    process.exit(1)
  }
}

/** A line for each fault of a configuration. */
export function faultLines (intro: string, error: unknown): string {
  return (error as Error).message.split('\n').map((fault) => `${intro}: ${fault}\n`).join('')
}

/** What an error and its causes say. Errors of the stores hide their cause from clients; an operator needs it. */
export function messagesOf (error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : []
}
