import { adminTokenOf } from '../caller.js'
import { startMemoryServer } from './memory-server-process.js'

export interface MeasuredExport {
  readonly format: string
  readonly rows: number
  readonly rowsPerSecond: number
  /** How much more memory the process held at the most than before, in bytes. */
  readonly growth: number
}

const SAMPLE_MS = 50
const LINE_FEED = 10

/** Exports of a service in a process of its own, seen from outside: by who downloads, and by the operating system. */
export async function measureExports (count: number): Promise<MeasuredExport[]> {
  const { url, rss, stop } = await startMemoryServer(count)
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
  await stop()
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
