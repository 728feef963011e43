import { useSignal, type Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { asProblem, isAbort, type Problem } from './problem.js'
import { toast } from './toasts.js'

/** An answer that takes longer is said to be slow. */
const SLOW_MS = 2500

export interface Data<T> {
  /** The last answer. It stays while the next one is awaited. */
  readonly value: Signal<T | undefined>
  readonly problem: Signal<Problem | null>
  readonly isLoading: Signal<boolean>
  readonly isSlow: Signal<boolean>
  readonly reload: () => void
}

/** Loads for a key, and again when the key changes. An answer that comes too late for its key is dropped. */
export function useData<T> (key: string, load: (signal: AbortSignal) => Promise<T>): Data<T> {
  const value = useSignal<T | undefined>(undefined)
  const problem = useSignal<Problem | null>(null)
  const isLoading = useSignal(true)
  const isSlow = useSignal(false)
  const running = useRef(new AbortController())

  const reload = (): void => {
    running.current.abort()
    const own = new AbortController()
    running.current = own
    isLoading.value = true
    isSlow.value = false
    const slow = setTimeout(() => { isSlow.value = true }, SLOW_MS)
    load(own.signal).then((answer) => {
      if (own.signal.aborted) return
      value.value = answer
      problem.value = null
    }, (error: unknown) => {
      if (!own.signal.aborted && !isAbort(error)) problem.value = asProblem(error)
    }).finally(() => {
      clearTimeout(slow)
      if (own.signal.aborted) return
      isLoading.value = false
      isSlow.value = false
    }).catch(() => {})
  }

  useEffect(() => {
    reload()
    return () => { running.current.abort() }
  }, [key])

  return { value, problem, isLoading, isSlow, reload }
}

/** Runs what a click starts. A failure is said as a toast. */
export function run (task: () => Promise<void>): void {
  task().catch((error: unknown) => { toast('bad', asProblem(error)) })
}
