import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares digests of equal length in constant time, which reveals neither the length nor the content of the secrets. */
export function oneOfSecrets (secrets: readonly string[]): (candidate: string) => boolean {
  const expected = secrets.map(digest)
  return (candidate) => {
    const found = digest(candidate)
    return expected.map((one) => timingSafeEqual(one, found)).includes(true)
  }
}

function digest (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
