import { t } from '../i18n.js'
import { closeToast, toasts } from '../toasts.js'
import { Icon } from './icons.js'

/** What was done or refused, said aloud too. Both regions are there from the start, because a reader hears only changes. */
export function Toasts () {
  const of = (tone: 'good' | 'bad') => toasts.value.filter((one) => one.tone === tone).map(({ id, text, code }) => (
    <div key={id} class='toast' data-tone={tone}>
      <div>{text}{code !== null && <div class='muted small'><code>{code}</code></div>}</div>
      <button type='button' class='quiet tiny' aria-label={t('common.close')} onClick={() => { closeToast(id) }}><Icon name='close' /></button>
    </div>
  ))
  return (
    <div class='toasts'>
      <div role='status'>{of('good')}</div>
      <div role='alert'>{of('bad')}</div>
    </div>
  )
}
