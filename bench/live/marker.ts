/** The moment of sending, in a text of a stream, by which a reader counts and times deliveries whatever the framing around it. */
// In letters: a long run of digits may be taken for a card number.
const MARKER = /@@([0-9a-z]{8})@@/g
const MARKER_LENGTH = 12
const RADIX = 36

/** A text of this many characters that says when it was sent. */
export function markedText (length: number): string {
  return `@@${Date.now().toString(RADIX)}@@`.padEnd(length, 'x')
}

/** Finds the moments in the pieces of one stream, also one that lies in two pieces. */
export function makeFinder (found: (sentAtMs: number) => void): (piece: Buffer) => void {
  let rest = ''
  return (piece) => {
    const text = rest + piece.toString('latin1')
    for (const [, moment] of text.matchAll(MARKER)) found(parseInt(String(moment), RADIX))
    rest = text.slice(1 - MARKER_LENGTH)
  }
}
