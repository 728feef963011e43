import { HEADERS, send } from '../../api.js'
import { problemOf } from '../../problem.js'
import { nameOf, RowCounter, type Format } from './rows.js'

interface Options {
  readonly format: Format
  readonly signal: AbortSignal
  /** Hears of the rows that have come. */
  readonly tell: (rows: number) => void
}

export interface Saved {
  readonly name: string
  readonly rows: number
}

/**
 * Reads an export to its end, then has the browser save it: the cookie counts only with our header, which no link sends. A file that breaks off is
 * not saved. @throws Problem
 */
export async function download (path: string, { format, signal, tell }: Options): Promise<Saved> {
  const response = await send(new Request(new URL(path, location.origin), { headers: HEADERS, signal }))
  if (!response.ok || response.body === null) throw problemOf(response.status, await response.json().catch(() => null), response.headers.get('retry-after'))
  const counter = new RowCounter(format)
  const decoder = new TextDecoder()
  const pieces: Array<Uint8Array<ArrayBuffer>> = []
  const reader = response.body.getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value)
    counter.read(decoder.decode(piece.value, { stream: true }))
    tell(counter.rows)
  }
  const name = nameOf(response.headers.get('content-disposition'), `export.${format}`)
  save(new Blob(pieces, { type: 'application/octet-stream' }), name)
  return { name, rows: counter.rows }
}

/** Long enough for the browser to take it. */
const KEPT_MS = 60_000

function save (file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => { URL.revokeObjectURL(address) }, KEPT_MS)
}
