import type { PerformanceRow } from '#domain/performance/performance-row.js'
import type { PerformanceBuffer } from './performance-buffer.js'

export interface WritePerformancePorts {
  readonly performanceBuffer: PerformanceBuffer
  /** Where rows go. */
  readonly write: (row: PerformanceRow) => Promise<void>
}

/** Writes what this process has measured in finished slots. What cannot be written waits for the next run. @throws what `write` throws */
export function makeWritePerformance ({ performanceBuffer, write }: WritePerformancePorts) {
  return async function writePerformance (): Promise<void> {
    for (let row = performanceBuffer.take(); row !== null; row = performanceBuffer.take()) {
      try {
        await write(row)
      } catch (error) {
        performanceBuffer.giveBack(row)
        throw error
      }
    }
  }
}
