import { build } from './support/build.js'
import { ensureRuntime } from './support/runtime.js'

await ensureRuntime()
process.exitCode = await build('project')
