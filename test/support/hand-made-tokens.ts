import { createHmac } from 'node:crypto'
import { JWT_SECRET, type Headers } from './service.js'

type Signer = (text: string) => string

export const hmac = (algorithm: string, secret: string): Signer => (text) => createHmac(algorithm, secret).update(text).digest('base64url')

/** A token made by hand, because no library makes invalid ones. */
export function token (claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, signer: Signer = hmac('sha256', JWT_SECRET)): Headers {
  const text = `${base64(header)}.${base64(claims)}`
  return { authorization: `Bearer ${text}.${signer(text)}` }
}

function base64 (value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
