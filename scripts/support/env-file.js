import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/**
 * Sets the variables of a `.env` file that are not set already. A byte order mark is no part of the first name. A file in
 * another encoding than UTF-8 ends the process with one line.
 * @param {string} path
 */
export function loadEnvFile (path) {
  if (!existsSync(path)) return
  const text = textOf(readFileSync(path))
  if (text === null) {
    process.stderr.write(`${path} must be a text in UTF-8\n`)
    process.exit(1)
  }
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value
}

/**
 * @param {Buffer} bytes
 * @returns {string | null} null where it is no text in UTF-8
 */
function textOf (bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
