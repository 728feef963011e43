/** Reads a table of RFC 4180 character by character. @throws Error for text that RFC 4180 does not allow */
export function readCsv (text: string, delimiter = ','): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const { cell, next } = text[at] === '"' ? quoted(text, at + 1) : plain(text, at, delimiter)
    row.push(cell)
    at = next
    if (text.startsWith('\r\n', at)) {
      rows.push(row)
      row = []
      at += 2
    } else if (text[at] === delimiter) at++
    else throw new Error(`neither a cell nor a row ends at ${at}: ${text.slice(at, at + 20)}`)
  }
  if (row.length > 0) throw new Error('the last row has no end')
  return rows
}

function quoted (text: string, from: number): { cell: string, next: number } {
  let cell = ''
  for (let at = from; at < text.length; at++) {
    if (text[at] !== '"') cell += text[at]
    else if (text[at + 1] === '"') cell += text[at++]
    else return { cell, next: at + 1 }
  }
  throw new Error(`a quote that opens at ${from} is never closed`)
}

function plain (text: string, from: number, delimiter: string): { cell: string, next: number } {
  let next = from
  while (next < text.length && text[next] !== delimiter && text[next] !== '\r') next++
  const cell = text.slice(from, next)
  if (/["\n]/.test(cell)) throw new Error(`a bare quote or line feed in ${cell}`)
  return { cell, next }
}
