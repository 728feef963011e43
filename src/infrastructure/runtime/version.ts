import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version in package.json. */
export const VERSION = String((JSON.parse(readFileSync(String(findPackageJSON(import.meta.url)), 'utf8')) as { version: unknown }).version)
