import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso'
import { signal } from '@preact/signals'
import { Challenges } from './components/challenges.js'
import { Help } from './components/help.js'
import { LanguageChoice, SchemeChoice } from './components/preferences.js'
import { Screen } from './components/screen.js'
import { Brand, Shell } from './components/shell.js'
import { SignIn } from './components/sign-in.js'
import { Empty, Failure, Loading } from './components/states.js'
import { Toasts } from './components/toasts.js'
import { t } from './i18n.js'
import { asProblem, type Problem } from './problem.js'
import { isOpen, SCREENS } from './screens.js'
import { session, start, startProblem } from './session.js'

/** A fault of the console itself, or a file of it that does not come. */
const broken = signal<Problem | null>(null)

function NotFound () {
  return (
    <Screen title={t('shell.lost')}>
      <Empty title={t('shell.lost-why')}><p><a href='/console/'>{t('overview.title')}</a></p></Empty>
    </Screen>
  )
}

function Screens () {
  if (broken.value !== null) return <Screen title={t('problem.title')}><Failure problem={broken.value} onAgain={() => { location.reload() }} /></Screen>
  return (
    <ErrorBoundary onError={(error) => { broken.value = asProblem(error) }}>
      <Router>
        {SCREENS.filter(isOpen).map(({ path, component }) => <Route key={path} path={path} component={component} />)}
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  )
}

/** The door: who is here is not known yet, or is no one. */
function Gate () {
  const problem = startProblem.value
  return (
    <main class='gate'>
      <div class='gate-box'>
        <Brand />
        <div class='card'>
          <h1>{t('sign-in.title')}</h1>
          {session.value === null && <SignIn />}
          {session.value === undefined && problem === null && <Loading lines={3} />}
          {session.value === undefined && problem !== null && <Failure problem={problem} onAgain={() => { start(null).catch(() => {}) }} />}
        </div>
        <div class='gate-foot'><LanguageChoice /><SchemeChoice /></div>
      </div>
    </main>
  )
}

export function Console () {
  return (
    <LocationProvider scope='/console'>
      {session.value ? <Shell><Screens /></Shell> : <Gate />}
      <Challenges />
      <Help />
      <Toasts />
    </LocationProvider>
  )
}
