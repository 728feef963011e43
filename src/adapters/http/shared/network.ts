import { isIP } from 'node:net'

/** Bits of an address, by its version. */
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

/** Whether a text is an address, or a network by its prefix. Its format is one of ours. */
export function isNetwork (text: string): boolean {
  const [, address = '', prefix = '0'] = /^([\d.:A-Fa-f]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  return Number(prefix) <= (BITS[isIP(address)] ?? -1)
}
