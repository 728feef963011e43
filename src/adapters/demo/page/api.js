/** A refusal of the service, with its code. */
export class Refusal extends Error {
  constructor (code) {
    super(code)
    this.code = code
  }
}

/**
 * Calls of the service as one person; without a token as a guest.
 * @param {string | null} token
 */
export function makeApi (token) {
  return async function call (method, path, body, headers = {}) {
    const response = await fetch(path, {
      method,
      headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => { throw new Refusal('offline') })
    const answer = await response.json().catch(() => ({}))
    if (!response.ok) throw new Refusal(answer.code ?? String(response.status))
    return answer
  }
}

/** A key of one act of a person: a repeat under it does nothing twice. */
export function newKey () {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
