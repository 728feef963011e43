import { useLocation } from 'preact-iso'
import type { ComponentChildren } from 'preact'
import { run } from '../data.js'
import { t, word } from '../i18n.js'
import { GROUPS, isOpen, SCREENS } from '../screens.js'
import { session, signOut } from '../session.js'
import { isHelpOpen } from './help.js'
import { LanguageChoice, SchemeChoice } from './preferences.js'

const NAME = 'BasVideo'

export function Brand () {
  return <a class='brand' href='/console/'><img src='/console/icon.svg' alt='' />{NAME}</a>
}

function Navigation () {
  const { path } = useLocation()
  const isHere = (own: string): boolean => path === own || (own !== '/console' && path.startsWith(`${own}/`))
  return (
    <nav aria-label={t('shell.navigation')}>
      <Brand />
      {GROUPS.map((group) => {
        const screens = SCREENS.filter((screen) => screen.group === group && screen.name !== undefined && isOpen(screen))
        return screens.length > 0 && (
          <div key={group}>
            <h2>{word('shell.group', group)}</h2>
            <ul>{screens.map(({ path: own, name }) => name !== undefined && <li key={own}><a href={own === '/console' ? '/console/' : own} aria-current={isHere(own) ? 'page' : undefined}>{t(name)}</a></li>)}</ul>
          </div>
        )
      })}
    </nav>
  )
}

function Who () {
  const now = session.value
  if (!now) return null
  return (
    <p class='who'>
      {now.isSharedToken ? <span class='badge' data-tone='warn'>{t('shell.shared-token')}</span> : <span>{now.userId ?? t('shell.token')}</span>}
      {!now.isSharedToken && now.role !== undefined && <span class='badge'>{word('role', now.role)}</span>}
    </p>
  )
}

/** What surrounds every screen. */
export function Shell ({ children }: { readonly children: ComponentChildren }) {
  const skip = (event: Event): void => {
    event.preventDefault()
    document.querySelector<HTMLElement>('#main')?.focus()
  }
  return (
    <>
      <a class='skip' href='#main' onClick={skip}>{t('shell.skip')}</a>
      <div class='shell'>
        <div class='side'>
          <Navigation />
        </div>
        <div class='main'>
          <header class='top'>
            <Who />
            <button type='button' class='quiet icon' aria-label={t('help.title')} title={t('help.title')} onClick={() => { isHelpOpen.value = true }}>?</button>
            <LanguageChoice />
            <SchemeChoice />
            <button type='button' onClick={() => { run(signOut) }}>{t('shell.sign-out')}</button>
          </header>
          {children}
        </div>
      </div>
    </>
  )
}
