/**
 * The first that is loaded in each process of a test, by `test-env` in package.json: coverage counts `src/` and what is built of it, and nothing else. tap
 * itself would hand each process a list of all files to leave out, which outgrows the 128 KiB that Linux gives a variable.
 */
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
process.env._TAPJS_PROCESSINFO_COV_EXCLUDE_ = String(new RegExp(`^${RegExp.escape(root)}(?!(?:build/)?src/)`))
// What a test starts loads nothing of tests.
delete process.env.NODE_OPTIONS
