import type { Clock } from '../../application/ports/clock.js'

export const clock: Clock = () => new Date().toISOString()
