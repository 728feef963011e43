import { batch, signal } from '@preact/signals'
import type { Key, Texts } from './languages/en.js'
import { fill, languageOf, type Language, type Values } from './translate.js'

export type { Key } from './languages/en.js'

/** The language of the page: that of the browser, until the person chooses. */
export const language = signal<Language>(languageOf(navigator.languages))
const texts = signal<Texts | null>(null)

/** Speaks a language from now on. A visit loads only the texts of the languages that it speaks. */
export async function speak (code: Language): Promise<void> {
  const loaded = await (code === 'tr' ? import('./languages/tr.js') : import('./languages/en.js'))
  batch(() => {
    texts.value = loaded.texts
    language.value = code
  })
}

/** The text of a key, in the language of the page. */
export function t (key: Key, values?: Values): string {
  return fill(texts.value?.[key] ?? key, language.value, values)
}

/** The text of a value that the service names, such as a status: `word('status', 'refunded')`. One that has no text is shown as it is. */
export function word (kind: string, value: string): string {
  const all: Readonly<Record<string, string>> = texts.value ?? {}
  return all[`${kind}.${value}`] ?? value.replaceAll(/[_.]/g, ' ')
}
