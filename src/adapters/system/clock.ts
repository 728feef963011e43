import type { Clock } from '#application/ports/clock.js'

let told = { milliseconds: NaN, text: '' }

/** Makes its text once a millisecond: under load that is asked for many times, and takes longer than reading the time. */
export const clock: Clock = () => {
  const milliseconds = Date.now()
  if (milliseconds !== told.milliseconds) told = { milliseconds, text: new Date(milliseconds).toISOString() }
  return told.text
}
