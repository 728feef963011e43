import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program on this process's terminal and resolves to its exit code.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export async function runChild (program, args, options = {}) {
  return await awaitChild(spawn(program, args, { stdio: 'inherit', ...options }))
}

/**
 * Resolves to the exit code of a running program: 128 + n where signal n ended it. Passes signals on, so that a signal
 * to the script stops the program too. A terminal sends Ctrl-C to the whole group, so passing it on there would deliver it
 * twice.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
export async function awaitChild (child) {
  const passOn = signal => { child.kill(signal) }
  const onInterrupt = process.stdin.isTTY ? () => {} : passOn
  process.on('SIGTERM', passOn).on('SIGHUP', passOn).on('SIGINT', onInterrupt)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => { resolve(code ?? 128 + constants.signals[signal]) })
    })
  } finally {
    process.off('SIGTERM', passOn).off('SIGHUP', passOn).off('SIGINT', onInterrupt)
  }
}
