import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

const manifest = findPackageJSON(import.meta.url)
if (manifest === undefined) throw new Error('the service runs without its package.json, and so does not know its version')

/** The version of the package that runs. */
export const VERSION = String((JSON.parse(readFileSync(manifest, 'utf8')) as { version: unknown }).version)
