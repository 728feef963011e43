/** Digits after the decimal point, for the currencies that do not have two: ISO 4217, from which the browser's own table differs. */
const DIGITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  UYW: 4,
}

export function digitsOf (currency: string): number {
  return DIGITS[currency] ?? 2
}

/** An amount of minor units as a decimal, exactly: 12505 TRY is `125.05`. */
export function decimalOf (amount: number, currency: string): `${number}` {
  const digits = digitsOf(currency)
  const sign = amount < 0 ? '-' : ''
  const all = String(Math.abs(amount)).padStart(digits + 1, '0')
  return `${sign}${all.slice(0, all.length - digits)}${digits === 0 ? '' : `.${all.slice(-digits)}`}` as `${number}`
}

/** An amount as people of the language read it. A currency that the browser does not know is shown by its code. */
export function money (amount: number, currency: string, language: string): string {
  const digits = digitsOf(currency)
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  if (!/^[A-Z]{3}$/.test(currency)) return `${decimalOf(amount, currency)} ${currency}`
  return new Intl.NumberFormat(language, { ...format, style: 'currency', currency }).format(decimalOf(amount, currency))
}

/** Major units without digits that do not matter, for axes: `$1.2M`. */
export function shortMoney (major: number, currency: string, language: string): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 }).format(major)
}

/**
 * The minor units of what a person typed: `1.250,50`, `1,250.50` and `1250.5` are 125050 TRY. A mark before three digits parts thousands, unless the
 * currency has three digits itself and no other mark follows: `1.250` KWD are 1250. Null for what is no amount.
 */
export function parseAmount (typed: string, currency: string): number | null {
  const digits = digitsOf(currency)
  const text = typed.replaceAll(/[\s\u00a0']/g, '')
  const isPlain = digits === 3 && /^\d+[.,]\d{3}$/.test(text)
  const parts = (isPlain ? /^(\d+)()([.,])(\d+)$/ : /^(\d{1,3}([.,])\d{3}(?:\2\d{3})*|\d+)(?:([.,])(\d+))?$/).exec(text)
  const [, whole = '', thousands = '', mark = '', fraction = ''] = parts ?? []
  if (parts === null || fraction.length > digits || (mark !== '' && mark === thousands)) return null
  const amount = Number(`${whole.replaceAll(/[.,]/g, '')}${fraction.padEnd(digits, '0')}`)
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null
}

/** A moment in the zone of the operator. */
export function moment (at: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(at))
}

/** The same with seconds, for a timeline. */
export function exactMoment (at: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(new Date(at))
}

/** The same moment in UTC, for those who compare it with logs: `2026-11-23 13:00:00 UTC`. */
export function utc (at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A day of the calendar, `2026-11-23`. It has no zone. */
export function day (date: string, language: string): string {
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
}

/** A share of 0 to 1 as a percentage; a dash where nothing was counted. */
export function percent (share: number | null, language: string): string {
  return share === null ? '–' : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share)
}

/** Milliseconds in the largest unit that says enough: `850 ms`, `12 s`, `3 min`, `2 h`. */
export function duration (ms: number, language: string): string {
  const [value, unit] = ms < 1000
    ? [ms, 'millisecond']
    : ms < 60_000 ? [ms / 1000, 'second'] : ms < 3_600_000 ? [ms / 60_000, 'minute'] : [ms / 3_600_000, 'hour']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}
