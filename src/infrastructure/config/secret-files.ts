import { readFileSync } from 'node:fs'
import { SECRET_VARIABLES } from './secrets.js'

type Env = Readonly<Record<string, string | undefined>>

/** The environment with the content of each file that a `…_FILE` variable names in place of a secret, without the newline at its end. */
export function withSecretFiles (env: Env): { readonly env: Env, readonly faults: readonly string[] } {
  const faults: string[] = []
  const read = SECRET_VARIABLES.flatMap((variable) => {
    const path = env[`${variable}_FILE`] ?? ''
    if (path === '') return []
    if ((env[variable] ?? '') !== '') faults.push(`${variable}_FILE must not be set beside ${variable}`)
    try {
      const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (secret === '') faults.push(`${variable}_FILE names an empty file`)
      return [[variable, secret]]
    } catch (error) {
      faults.push(`${variable}_FILE cannot be read (${String((error as NodeJS.ErrnoException).code)})`)
      return []
    }
  })
  return { env: { ...env, ...Object.fromEntries(read) as Env }, faults }
}
