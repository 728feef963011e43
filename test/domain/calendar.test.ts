import fc from 'fast-check'
import t from 'tap'
import { calendarOf } from '#domain/calendar.js'
import { dayAfter, dayOf, laterBy } from '#domain/time.js'

const HOUR_MS = 3_600_000
const ZONES = [
  'UTC', 'Europe/Istanbul', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Asia/Kolkata', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Australia/Lord_Howe', 'Africa/Cairo', 'America/Santiago',
]

t.test('a day begins at midnight of its time zone', async (t) => {
  for (const [zone, day, start] of [
    ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['Europe/Istanbul', '2026-03-01', '2026-02-28T21:00:00.000Z'],
    ['America/New_York', '2026-03-01', '2026-03-01T05:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-01', '2026-02-28T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-03-01', '2026-02-28T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-03-01', '2026-02-28T10:00:00.000Z'],
    ['Etc/GMT+12', '2026-03-01', '2026-03-01T12:00:00.000Z'],
  ] as const) {
    const { startOf, dayOf: localDay } = calendarOf(zone)
    t.equal(startOf(day), start, zone)
    t.equal(localDay(start), day, zone)
    t.equal(localDay(laterBy(start, -1)), '2026-02-28', zone)
  }
})

t.test('a day on which the clocks change has 23 or 25 hours, and may begin at one o\'clock', async (t) => {
  const hours = (zone: string, day: string) => {
    const { startOf } = calendarOf(zone)
    return (Date.parse(startOf(dayAfter(day))) - Date.parse(startOf(day))) / HOUR_MS
  }
  t.same([hours('Europe/Berlin', '2026-03-29'), hours('Europe/Berlin', '2026-10-25'), hours('Europe/Berlin', '2026-03-30')], [23, 25, 24])
  t.equal(hours('Australia/Lord_Howe', '2026-04-05'), 24.5, 'clocks that change by half an hour')
  t.equal(calendarOf('Africa/Cairo').startOf('2026-04-24'), '2026-04-23T22:00:00.000Z', 'there is no midnight on this day')
  t.equal(hours('Africa/Cairo', '2026-04-24'), 23)
  t.equal(hours('Pacific/Apia', '2011-12-30'), 0, 'a day that was left out')
})

t.test('the days of any zone follow each other without a gap, and each moment lies in its day', async (t) => {
  const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
  fc.assert(fc.property(fc.constantFrom(...ZONES), moments, (zone, moment) => {
    const { startOf, dayOf: localDay } = calendarOf(zone)
    const day = localDay(moment)
    return startOf(day) <= moment && moment < startOf(dayAfter(day))
  }), { numRuns: 300 })
  t.equal(calendarOf('UTC').dayOf('2026-03-01T23:59:59.999Z'), dayOf('2026-03-01T23:59:59.999Z'))
})

t.test('a zone that the IANA database does not name is refused, as is an offset', async (t) => {
  for (const name of ['', 'Europe/Ankara', 'Mars', '__proto__', '+03:00', '+0307', '-05']) t.throws(() => calendarOf(name), { code: 'unknown_time_zone' }, name)
})
