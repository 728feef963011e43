import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { adminTokenOf } from '../caller.js'
import { onCore } from '../server-process.js'

export interface MeasuredExport {
  readonly format: string
  readonly rows: number
  readonly rowsPerSecond: number
  /** How much more memory the process held at the most than before, in bytes. */
  readonly growth: number
}

const program = fileURLToPath(import.meta.resolve('./export-server.js'))
const SAMPLE_MS = 50
const LINE_FEED = 10

/** Exports of a service in a process of its own, seen from outside: by who downloads, and by the operating system. */
export async function measureExports (count: number): Promise<MeasuredExport[]> {
  const child = spawn(...onCore(0, '--expose-gc', '--max-old-space-size=12288', program, String(count)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [url] = await once(child, 'message') as [string]
  const rss = (): number => 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
  const measured: MeasuredExport[] = []
  for (const format of ['csv', 'ndjson']) {
    const before = rss()
    let most = before
    const timer = setInterval(() => { most = Math.max(most, rss()) }, SAMPLE_MS)
    const start = performance.now()
    // A row of names or a last line comes along with the payments.
    const rows = await linesOf(`${url}/api/admin/export?type=payments&format=${format}`) - 1
    const seconds = (performance.now() - start) / 1000
    clearInterval(timer)
    if (rows !== count) throw new Error(`${rows} of ${count} payments came as ${format}`)
    measured.push({ format, rows, rowsPerSecond: rows / seconds, growth: most - before })
  }
  const closed = once(child, 'close')
  child.kill()
  await closed
  return measured
}

async function linesOf (url: string): Promise<number> {
  const { body } = await fetch(url, { headers: { authorization: `Bearer ${adminTokenOf('admin')}` } })
  if (body === null) throw new Error('no file came')
  let lines = 0
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  }
  return lines
}
