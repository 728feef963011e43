import t from 'tap'
import { isTimeZone, quietUntil } from '#domain/notifications/notification-preferences.js'

const NIGHT = { from: '22:00', to: '08:00' }

t.test('quiet hours hold from their start to their end, over midnight too', async (t) => {
  for (const [now, until] of [
    ['2026-07-01T18:59:59.999Z', null], ['2026-07-01T19:00:00.000Z', '2026-07-02T05:00:00.000Z'], ['2026-07-01T22:30:15.123Z', '2026-07-02T05:00:00.000Z'],
    ['2026-07-02T04:59:59.999Z', '2026-07-02T05:00:00.000Z'], ['2026-07-02T05:00:00.000Z', null], ['2026-07-02T12:00:00.000Z', null],
  ] as const) t.equal(quietUntil(now, NIGHT, 'Europe/Istanbul'), until, now)
  t.equal(quietUntil('2026-07-01T11:10:00.000Z', { from: '15:00', to: '15:30' }, 'Europe/Istanbul'), null)
  t.equal(quietUntil('2026-07-01T11:10:00.000Z', { from: '14:00', to: '15:30' }, 'Europe/Istanbul'), '2026-07-01T12:30:00.000Z')
  t.equal(quietUntil('2026-07-01T11:10:00.000Z', { from: '14:00', to: '14:00' }, 'Europe/Istanbul'), null, 'hours without length hold never')
  t.equal(quietUntil('2026-07-01T18:40:00.000Z', NIGHT, 'Asia/Kathmandu'), '2026-07-02T02:15:00.000Z', 'zones with quarters of an hour')
})

t.test('quiet hours follow local time in nights in which the clocks change', async (t) => {
  // In Berlin the clocks go from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on 2026-10-25.
  const inBerlin = (now: string, to: string) => quietUntil(now, { from: '22:00', to }, 'Europe/Berlin')
  t.equal(inBerlin('2026-03-28T22:00:00.000Z', '08:00'), '2026-03-29T06:00:00.000Z', 'a night that is an hour shorter')
  t.equal(inBerlin('2026-03-29T22:00:00.000Z', '08:00'), '2026-03-30T06:00:00.000Z')
  t.equal(inBerlin('2026-10-24T21:00:00.000Z', '08:00'), '2026-10-25T07:00:00.000Z', 'a night that is an hour longer')
  t.equal(inBerlin('2026-10-25T00:30:00.000Z', '08:00'), '2026-10-25T07:00:00.000Z', 'from within the hour that comes twice')
  const missing = inBerlin('2026-03-28T22:00:00.000Z', '02:30')
  t.equal(missing, '2026-03-29T01:30:00.000Z', 'a time that is left out has passed with the change')
  t.equal(quietUntil(String(missing), { from: '22:00', to: '02:30' }, 'Europe/Berlin'), null)
})

t.test('the end of quiet hours is not quiet, and less than a day away', async (t) => {
  const start = Date.parse('2026-03-27T00:00:00.000Z')
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Europe/Istanbul', 'Australia/Lord_Howe']) {
    for (let minutes = 0; minutes < 14 * 24 * 60; minutes += 17) {
      const now = new Date(start + minutes * 60_000).toISOString()
      const until = quietUntil(now, { from: '21:45', to: '07:10' }, zone)
      if (until === null) continue
      if (!(until > now && Date.parse(until) - Date.parse(now) < 11 * 3_600_000 && quietUntil(until, { from: '21:45', to: '07:10' }, zone) === null)) t.fail(`${zone} ${now}: ${until}`)
    }
  }
  t.pass('in all zones')
})

t.test('time zones have the names of the IANA database', async (t) => {
  for (const name of ['Europe/Istanbul', 'UTC', 'America/Argentina/Buenos_Aires']) t.ok(isTimeZone(name), name)
  for (const name of ['', 'Europe/Ankara', 'Mars', '__proto__', '+25:99']) t.notOk(isTimeZone(name), name)
})
