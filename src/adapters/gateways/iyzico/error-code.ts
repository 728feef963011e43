/** What an error code says about what has happened to the money. */
export type ErrorMeaning =
  /** Refused by the bank, for good. */
  | 'declined'
  /** Neither iyzico nor the bank is sure, or they ask us to come back: who wants to know has to look it up. */
  | 'unknown'
  /** Not documented. */
  | 'undocumented'

const DECLINED = [
  '10005', '10012', '10034', '10041', '10043', '10051', '10054', '10057', '10058', '10084', '10093', '10201', '10209', '10215', '10217',
]
/** The bank did not answer, or not in a way that iyzico understood. */
const BANK_SILENT = ['10214', '10216', '10219', '10228', '10240', '10241', '10242']
const LATER = '10246'
const SIGNATURE_REFUSED = '1000'
const TOO_MANY_REQUESTS = '50000'

const MEANINGS: ReadonlyMap<string, ErrorMeaning> = new Map([
  ...DECLINED.map((code) => [code, 'declined'] as const),
  ...[...BANK_SILENT, LATER, SIGNATURE_REFUSED, TOO_MANY_REQUESTS].map((code) => [code, 'unknown'] as const),
])

export function meaningOf (code: string): ErrorMeaning {
  return MEANINGS.get(code) ?? 'undocumented'
}
