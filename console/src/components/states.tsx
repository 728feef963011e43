import type { ComponentChildren } from 'preact'
import type { Data } from '../data.js'
import { t } from '../i18n.js'
import type { Problem } from '../problem.js'
import { sayProblem } from '../say.js'

/** The shape of what is to come. */
export function Loading ({ lines = 6, isSlow = false }: { readonly lines?: number, readonly isSlow?: boolean }) {
  return (
    <div>
      <div class='bones' aria-hidden='true'>{Array.from({ length: lines }, (_, index) => <i key={index} />)}</div>
      <p class='muted small' role='status'>{isSlow ? t('common.slow') : <span class='unseen'>{t('common.loading')}</span>}</p>
    </div>
  )
}

export function Empty ({ title, children }: { readonly title: string, readonly children?: ComponentChildren }) {
  return <div class='empty'><h2>{title}</h2>{children}</div>
}

export function Failure ({ problem, onAgain }: { readonly problem: Problem, readonly onAgain?: (() => void) | undefined }) {
  return (
    <div class='note' data-tone='bad' role='alert'>
      <p>{sayProblem(problem)} {problem.requestId !== null && <small>({t('problem.request')} <code>{problem.requestId}</code>)</small>}</p>
      {onAgain !== undefined && <button type='button' onClick={onAgain}>{t('common.again')}</button>}
    </div>
  )
}

interface LoadedProps<T> {
  readonly data: Data<T>
  readonly lines?: number
  readonly children: (value: T) => ComponentChildren
}

/** Shows what was loaded, and until then that it is awaited, slow, or refused. What is there stays while it is loaded anew. */
export function Loaded<T> ({ data: { value, problem, isLoading, isSlow, reload }, lines = 6, children }: LoadedProps<T>) {
  const refused = problem.value
  if (value.value === undefined) return refused !== null && !isLoading.value ? <Failure problem={refused} onAgain={reload} /> : <Loading lines={lines} isSlow={isSlow.value} />
  return (
    <div class='stack' aria-busy={isLoading.value}>
      {refused !== null && <Failure problem={refused} onAgain={reload} />}
      {isSlow.value && <p class='muted small' role='status'>{t('common.slow')}</p>}
      {children(value.value)}
    </div>
  )
}
