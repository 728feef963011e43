import { adminTokenOf } from '../caller.js'
import { startMemoryServer } from './memory-server-process.js'

export interface MeasuredExport {
  readonly format: string
  readonly rows: number
  readonly rowsPerSecond: number
  /** The peak of resident memory during the export minus the memory before it, in bytes. */
  readonly growth: number
}

const SAMPLE_MS = 50
const LINE_FEED = 10

/** Measures exports of a service in its own process, from the client's side and from the operating system's. */
export async function measureExports (count: number): Promise<MeasuredExport[]> {
  const { url, rss, stop } = await startMemoryServer(count)
  const measured: MeasuredExport[] = []
  for (const format of ['csv', 'ndjson']) {
    const before = rss()
    let most = before
    const timer = setInterval(() => { most = Math.max(most, rss()) }, SAMPLE_MS)
    const start = performance.now()
    // CSV has a row of names, and NDJSON a last line, beside the payments.
    const rows = await linesOf(`${url}/api/admin/export?type=payments&format=${format}`) - 1
    const seconds = (performance.now() - start) / 1000
    clearInterval(timer)
    if (rows !== count) throw new Error(`${rows} of ${count} payments arrived as ${format}`)
    measured.push({ format, rows, rowsPerSecond: rows / seconds, growth: most - before })
  }
  await stop()
  return measured
}

async function linesOf (url: string): Promise<number> {
  const { body } = await fetch(url, { headers: { authorization: `Bearer ${adminTokenOf('admin')}` } })
  if (body === null) throw new Error('the export has no body')
  let lines = 0
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  }
  return lines
}
