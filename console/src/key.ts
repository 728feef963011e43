/** An idempotency key: 128 random bits. `randomUUID` is for secure pages alone. */
export function newKey (): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
