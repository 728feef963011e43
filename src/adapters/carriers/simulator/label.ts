import type { LabelFormat } from '#application/ports/shipping-carrier.js'

/** The label of a tracking number: one page of PDF, or the commands of a label printer. It names no person. */
export function labelOf (trackingNumber: string, format: LabelFormat): { readonly bytes: Uint8Array, readonly type: string } {
  return format === 'zpl'
    ? { bytes: Buffer.from(`^XA^FO50,50^BY3^BCN,150,Y^FD${trackingNumber}^FS^XZ\n`), type: 'application/zpl' }
    : { bytes: pdfOf(`SIMULATOR ${trackingNumber}`), type: 'application/pdf' }
}

/** One page, 100 by 150 mm, with a line of ASCII text. */
function pdfOf (line: string): Buffer {
  const content = `BT /F1 14 Tf 24 380 Td (${line}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283 425] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  const offsets: number[] = []
  let text = '%PDF-1.4\n'
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length)
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`)
}
