/** Türkiye keeps UTC+3 the whole year, since 2016. */
const OFFSET = '+03:00'

/** A moment as Turkish carriers write it, "13-02-2019 12:03" or "10.03.2020 16:05:00", in the time of Türkiye. Null for anything else. */
export function turkishMoment (text: string): string | null {
  const [, day, month, year, time, seconds = ':00'] = /^(\d{2})[.-](\d{2})[.-](\d{4}) (\d{2}:\d{2})(:\d{2})?$/.exec(text) ?? []
  return year === undefined ? null : momentAt(`${year}-${String(month)}-${String(day)}`, `${String(time)}${seconds}`)
}

/** As `turkishMoment`, of a day "20260301" and a time "160500". */
export function turkishMomentOf (day: string, time: string): string | null {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? []
  const [, hours, minutes, seconds] = /^(\d{2})(\d{2})(\d{2})$/.exec(time.padStart(6, '0')) ?? []
  return year === undefined || hours === undefined ? null : momentAt(`${year}-${String(month)}-${String(date)}`, `${hours}:${String(minutes)}:${String(seconds)}`)
}

function momentAt (day: string, time: string): string | null {
  const ms = Date.parse(`${day}T${time}${OFFSET}`)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
