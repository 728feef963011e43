import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import type { Lasting } from './provider-server.js'

export interface Issuer {
  /** Where it publishes its keys. */
  readonly url: string
  /** How often it was asked for them. */
  readonly requests: () => number
  readonly publish: (keys: readonly JWK[]) => void
  readonly answer: (status: number, body: string) => void
  readonly close: () => Promise<void>
}

/** A stand-in for the issuer of a company's tokens, on a real socket. It publishes no key at first. */
export async function startIssuer (t: Lasting): Promise<Issuer> {
  let [status, body, requests] = [200, '{"keys":[]}', 0]
  const server = createServer((_request, response) => {
    requests++
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
  }
  t.teardown(close)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    requests: () => requests,
    publish: (keys) => { body = JSON.stringify({ keys }) },
    answer: (newStatus, newBody) => { [status, body] = [newStatus, newBody] },
    close,
  }
}

/** A new key of an issuer. `jwk` is what it publishes of it. */
export async function keyPair (alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, publicKey, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } }
}

export async function signedToken (alg: string, kid: string, signingKey: CryptoKey | Uint8Array, claims: JWTPayload, expires: string | number = '5m'): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg, kid }).setIssuedAt().setExpirationTime(expires).sign(signingKey)
}
