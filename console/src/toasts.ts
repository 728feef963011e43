import { signal } from '@preact/signals'
import { Problem } from './problem.js'
import { sayProblem } from './say.js'

export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
  /** The code of a refusal, which a person may look up. */
  readonly code: string | null
}

/** A refusal stays until it is closed; that something was done is read soon. */
const GOOD_MS = 6000
const MOST = 4

export const toasts = signal<readonly Toast[]>([])
let last = 0

export function toast (tone: Toast['tone'], what: string | Problem): void {
  last += 1
  const id = last
  const isProblem = what instanceof Problem
  toasts.value = [...toasts.value, { id, tone, text: isProblem ? sayProblem(what) : what, code: isProblem ? what.code : null }].slice(-MOST)
  if (tone === 'good') setTimeout(() => { closeToast(id) }, GOOD_MS)
}

export function closeToast (id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}
