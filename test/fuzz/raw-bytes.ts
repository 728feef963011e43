import fc from 'fast-check'

/** Bytes for a socket. */
export interface RawRequest {
  readonly bytes: string
  /** Whether the bytes break RFC 9112, so that the service must refuse them. */
  readonly isBroken: boolean
  readonly name: string
}

const HOST = 'Host: localhost'
const CLOSE = 'Connection: close'
const BODY = '{"receiverId":"mehmet","message":"merhaba"}'
const post = (...headers: string[]): string => ['POST /api/messages HTTP/1.1', HOST, 'Content-Type: application/json', CLOSE, ...headers].join('\r\n')

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
const latin = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 80 })
const visible = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 80 })
const notDigits = latin.filter((text) => !/^[ \t]*\d*[ \t]*$/.test(text) && !/[\r\n]/.test(text))
const control = fc.integer({ min: 0, max: 31 }).filter((code) => ![9, 10, 13].includes(code)).map((code) => String.fromCharCode(code))

const broken = (name: string, bytes: fc.Arbitrary<string>): fc.Arbitrary<RawRequest> => bytes.map((text) => ({ name, bytes: text, isBroken: true }))
const allowed = (name: string, bytes: fc.Arbitrary<string>): fc.Arbitrary<RawRequest> => bytes.map((text) => ({ name, bytes: text, isBroken: false }))

/** Requests that no library sends. */
export const rawRequest: fc.Arbitrary<RawRequest> = fc.oneof(
  allowed('noise', latin),
  allowed('a right request, cut off', fc.nat(150).map((length) => `${post(`Content-Length: ${BODY.length}`)}\r\n\r\n${BODY}`.slice(0, length))),
  allowed('a right request with a byte changed', fc.tuple(fc.nat(200), fc.nat(255)).map(([at, code]) => {
    const right = `${post(`Content-Length: ${BODY.length}`)}\r\n\r\n${BODY}`
    return right.slice(0, at) + String.fromCharCode(code) + right.slice(at + 1)
  })),
  allowed('headers of any name and value', fc.array(fc.tuple(token, visible), { maxLength: 30 }).map((headers) => `GET /api/health/live HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)),
  allowed('an address of any characters', visible.map((text) => `GET /${text.replaceAll(' ', '')} HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`)),
  allowed('requests one after another', fc.integer({ min: 2, max: 8 }).map((count) => `${`GET /api/health/live HTTP/1.1\r\n${HOST}\r\n\r\n`.repeat(count - 1)}GET /nowhere HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`)),
  allowed('right chunks', fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }).map((sizes) => `${post('Transfer-Encoding: chunked')}\r\n\r\n${sizes.map((size) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`).join('')}0\r\n\r\n`)),
  broken('a length and chunks', fc.constantFrom('chunked', 'Chunked', 'identity, chunked').map((coding) => `${post('Content-Length: 3', `Transfer-Encoding: ${coding}`)}\r\n\r\n0\r\n\r\n`)),
  broken('lengths that differ', fc.tuple(fc.nat(99), fc.nat(99)).filter(([one, other]) => one !== other).map(([one, other]) => `${post(`Content-Length: ${one}`, `Content-Length: ${other}`)}\r\n\r\n${BODY}`)),
  broken('a length that is no number', notDigits.map((text) => `${post(`Content-Length: ${text}`)}\r\n\r\n${BODY}`)),
  broken('chunks of no size', notDigits.filter((text) => !/^[0-9a-f]/i.test(text)).map((text) => `${post('Transfer-Encoding: chunked')}\r\n\r\n${text}\r\n${BODY}\r\n0\r\n\r\n`)),
  broken('a control character in a header', control.map((sign) => `GET /api/health/live HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\nX: a${sign}b\r\n\r\n`)),
  broken('a space before the colon', token.map((name) => `GET /api/health/live HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n${name} : x\r\n\r\n`)),
  broken('headers without end', fc.integer({ min: 20_000, max: 60_000 }).map((length) => `GET /api/health/live HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(length)}\r\n\r\n`)),
  broken('no host', fc.constant(`GET /api/health/live HTTP/1.1\r\n${CLOSE}\r\n\r\n`)),
  broken('a version of its own', fc.constantFrom('HTTP/3.0', 'HTTP/1.9x', 'HTTP', 'http/1.1').map((version) => `GET /api/health/live ${version}\r\n${HOST}\r\n\r\n`)),
  broken('a body larger than the limit', fc.integer({ min: 70_000, max: 1e12 }).map((length) => `${post(`Content-Length: ${length}`)}\r\n\r\n${'x'.repeat(100)}`))
)
