import { createHmac } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code that an app shows for a secret in base32, made by RFC 4226 and RFC 6238 alone, by another hand than that of the service. */
export function codeOf (secret: string, moment: string): string {
  const bits = Array.from(secret, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.parse(moment) / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const binary = mac.readUInt32BE(mac.readUInt8(19) & 0xf) & 0x7fffffff
  return String(binary % 1_000_000).padStart(6, '0')
}
