import type { LabelAnswer } from '#application/ports/shipping-carrier.js'
import { exchange, NoAnswer, type Limits } from './http.js'

/** A label is a page: none comes near to it. */
const LABEL_LIMITS: Limits = { connectMs: 3_000, totalMs: 10_000, answerBytesMax: 2 * 1024 * 1024 }

/** How labels begin, whatever their sender calls them. */
const BEGINNINGS: ReadonlyArray<readonly [bytes: string, type: string]> = [
  ['%PDF-', 'application/pdf'],
  ['\x89PNG', 'image/png'],
  ['^XA', 'application/zpl'],
]

export interface LabelAddress {
  /** The company that error messages name. */
  readonly company: string
  readonly url: string
  /** Where the company keeps labels: names of hosts, or, with a dot in front, of all below one. */
  readonly hosts: readonly string[]
  /** The address of the company's API, which counts as well: at a stand-in it holds the labels too. */
  readonly baseUrl: string
}

/**
 * Fetches a label from an address that came from outside: from the carrier's own hosts alone, with no credentials, and without going where a
 * redirect leads. @throws NoAnswer
 */
export async function fetchLabel ({ company, url, hosts, baseUrl }: LabelAddress, limits: Limits = LABEL_LIMITS): Promise<LabelAnswer> {
  const address = URL.parse(url)
  if (address === null || !isOwn(address, hosts, baseUrl)) throw new NoAnswer(`${company} named an address of a label that is not its own`)
  const { status, body } = await exchange({ provider: company, method: 'GET', url: address, headers: {}, body: '' }, limits)
  if (status !== 200) throw new NoAnswer(`${company} answered with status ${status} instead of a label`)
  return labelOf(body, company)
}

/** @throws NoAnswer for bytes that begin as no label does */
export function labelOf (bytes: Buffer, company: string): LabelAnswer {
  const type = BEGINNINGS.find(([beginning]) => bytes.subarray(0, beginning.length).equals(Buffer.from(beginning, 'latin1')))?.[1]
  if (type === undefined) throw new NoAnswer(`${company} answered something that is not a label`)
  return { kind: 'label', bytes, type }
}

function isOwn (address: URL, hosts: readonly string[], baseUrl: string): boolean {
  if (address.origin === new URL(baseUrl).origin) return true
  return address.protocol === 'https:' && address.port === '' && hosts.some((host) => host.startsWith('.') ? address.hostname.endsWith(host) : address.hostname === host)
}
