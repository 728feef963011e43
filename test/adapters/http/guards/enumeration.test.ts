// @own-process
import t from 'tap'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { startAccounts } from '../../../support/accounts.js'

const SAMPLES = 2000
/** Above this t, two means differ by chance once in 150,000 times. */
const T_MAX = 4.5
/** The fastest part of the samples. Other work of the machine is rare and slow, and shows in the slowest part. */
const KEPT = 0.9

/** Welch's t of the faster part of two samples. */
function welch (one: number[], other: number[]): number {
  const [a, b] = [one, other].map((times) => {
    const kept = times.toSorted((x, y) => x - y).slice(0, times.length * KEPT)
    const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length
    return { mean, error: kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1) / kept.length }
  }) as [Sample, Sample]
  return (a.mean - b.mean) / Math.sqrt(a.error + b.error)
}

interface Sample {
  readonly mean: number
  readonly error: number
}

/** Times both kinds in a random order, so that warming up and slowing down affect both equally. */
async function timesOf (known: () => Promise<void>, unknown: () => Promise<void>): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []]
  let seed = 1
  while (times[0].length < SAMPLES || times[1].length < SAMPLES) {
    seed = (seed * 48_271) % 2_147_483_647
    const kind = seed % 2 === 0 ? 0 : 1
    const start = performance.now()
    await (kind === 0 ? known : unknown)()
    times[kind].push(performance.now() - start)
  }
  return times
}

t.test('a difference in time is noticed', async (t) => {
  const wait = (rounds: number) => async () => {
    for (let round = 0; round < rounds; round++) await Promise.resolve()
  }
  t.ok(Math.abs(welch(...await timesOf(wait(30), wait(50)))) > T_MAX)
})

t.test('the time of an answer does not reveal whether an account exists', async (t) => {
  const { app, advance, join } = await startAccounts(t, { replacements: { passwords: makeScryptPasswords({ cost: { ln: 6, r: 8, p: 1 } }) } })
  await join('known@example.com')
  // More than an hour passes between two samples, so that no throttle delays the next one.
  const ask = (url: string, payload: object, expected: number) => async () => {
    advance(2 * 3_600_000)
    const { statusCode } = await app.inject({ method: 'POST', url, payload })
    if (statusCode !== expected) throw new Error(`${url}: ${statusCode}`)
  }
  const login = (email: string) => ask('/api/auth/login', { email, password: 'not the right one' }, 401)
  const signIn = await timesOf(login('known@example.com'), login('nobod@example.com'))
  t.ok(Math.abs(welch(...signIn)) < T_MAX, `login: t = ${welch(...signIn)}`)
  const register = (email: string) => ask('/api/auth/register', { email, password: 'dört tane mavi atkı', name: 'Ada' }, 202)
  let count = 0
  const registered = await timesOf(register('known@example.com'), async () => { await register(`k${String(++count).padStart(4, '0')}@example.com`)() })
  t.ok(Math.abs(welch(...registered)) < T_MAX, `register: t = ${welch(...registered)}`)
  const forgot = (email: string) => ask('/api/auth/forgot-password', { email }, 202)
  const reset = await timesOf(forgot('known@example.com'), forgot('nobod@example.com'))
  t.ok(Math.abs(welch(...reset)) < T_MAX, `forgot-password: t = ${welch(...reset)}`)
})
