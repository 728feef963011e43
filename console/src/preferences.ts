import { effect, signal } from '@preact/signals'
import { language } from './i18n.js'

export const SCHEMES = ['system', 'light', 'dark'] as const
export type Scheme = typeof SCHEMES[number]

/** Choices of this visit: nothing of the console is kept in the browser. */
export const scheme = signal<Scheme>('system')

/** Keys of one letter, which a person may switch off: some type by voice. */
export const hasShortcuts = signal(true)

/** Keeps the page in step with the choices. */
export function applyPreferences (root: HTMLElement): void {
  effect(() => {
    root.lang = language.value
    root.dataset['scheme'] = scheme.value
  })
}
