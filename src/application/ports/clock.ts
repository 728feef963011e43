import type { Timestamp } from '#domain/time.js'

/** The present moment. */
export type Clock = () => Timestamp
