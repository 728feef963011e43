import { run } from '../data.js'
import { language, speak, t } from '../i18n.js'
import { scheme, SCHEMES } from '../preferences.js'
import { LANGUAGES } from '../translate.js'
import { Icon } from './icons.js'

const NAMES = { tr: 'Türkçe', en: 'English' } as const

export function LanguageChoice () {
  return (
    <div class='choice' role='group' aria-label={t('shell.language')}>
      {LANGUAGES.map((code) => (
        <button key={code} type='button' lang={code} title={NAMES[code]} aria-pressed={language.value === code} onClick={() => { run(async () => { await speak(code) }) }}>{code.toUpperCase()}</button>
      ))}
    </div>
  )
}

export function SchemeChoice () {
  const names = { system: t('shell.scheme-system'), light: t('shell.scheme-light'), dark: t('shell.scheme-dark') }
  return (
    <div class='choice' role='group' aria-label={t('shell.scheme')}>
      {SCHEMES.map((one) => (
        <button key={one} type='button' title={names[one]} aria-label={names[one]} aria-pressed={scheme.value === one} onClick={() => { scheme.value = one }}><Icon name={one} /></button>
      ))}
    </div>
  )
}
