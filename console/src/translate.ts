export const LANGUAGES = ['tr', 'en'] as const
export type Language = typeof LANGUAGES[number]

/** What a text names in braces. */
export type Values = Readonly<Record<string, string | number>>

/** The first language of the list that there is a translation for; English without one. */
export function languageOf (wanted: readonly string[]): Language {
  const codes = wanted.map((tag) => tag.toLowerCase().split('-')[0])
  return LANGUAGES[codes.map((code) => LANGUAGES.findIndex((language) => language === code)).find((index) => index >= 0) ?? 1] ?? 'en'
}

/**
 * A text with its values. `one row | {count} rows` has the form for one thing first, then that for others: `count` chooses by the rules of the
 * language. A brace without a value stays as it is.
 */
export function fill (text: string, language: Language, values: Values = {}): string {
  const forms = text.split(' | ')
  const isOne = typeof values['count'] === 'number' && new Intl.PluralRules(language).select(values['count']) === 'one'
  const form = (isOne ? forms[0] : forms.at(-1)) ?? text
  return form.replaceAll(/\{(\w+)\}/g, (brace, name: string) => {
    const value = values[name]
    if (value === undefined) return brace
    return typeof value === 'number' ? value.toLocaleString(language) : value
  })
}
