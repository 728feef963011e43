import { signal } from '@preact/signals'
import { fill, languageOf, type Language, type Values } from './translate.js'
import { TEXTS, type Key } from './texts.js'

export type { Key } from './texts.js'

/** The language of the page: that of the browser, until the person chooses. */
export const language = signal<Language>(languageOf(navigator.languages))

/** The text of a key, in the language of the page. */
export function t (key: Key, values?: Values): string {
  return fill(TEXTS[language.value][key], language.value, values)
}

/** The text of a value that the service names, such as a status: `word('status', 'refunded')`. One that has no text is shown as it is. */
export function word (kind: string, value: string): string {
  const texts: Readonly<Record<string, string>> = TEXTS[language.value]
  return texts[`${kind}.${value}`] ?? value.replaceAll(/[_.]/g, ' ')
}
