import { distance } from 'fastest-levenshtein'

/** What begins so is meant for the service. */
const OURS = /^(?:ALLOW|DYNAMODB|EARLIER|IYZICO|JWT|METRICS|NETGSM|ORDER|PAYMENT|SIMULATOR|SMS|SMTP|STRIPE|TWILIO)_/
/** A name that is so near to one of ours is a slip of the pen. */
const NEAR = 2

/** Variables that the service does not read, though they look like its own: a line each, with the name that may be meant. */
export function strangersIn (env: Readonly<Record<string, string | undefined>>, known: readonly string[]): string[] {
  return Object.keys(env).filter((name) => !known.includes(name)).sort().flatMap((name) => {
    const [near] = known.filter((ours) => ours.length > 2 * NEAR && distance(name.toUpperCase(), ours) <= NEAR)
    if (near !== undefined) return [`${name} is not read; ${near} may be meant`]
    return OURS.test(name) ? [`${name} is not read`] : []
  })
}
