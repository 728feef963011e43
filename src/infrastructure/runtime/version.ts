import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version of the package that runs; a service that has lost its package.json does not start. */
export const VERSION = String((JSON.parse(readFileSync(String(findPackageJSON(import.meta.url)), 'utf8')) as { version: unknown }).version)
