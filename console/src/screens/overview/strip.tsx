import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { duration } from '../../format.js'
import { language, t, word } from '../../i18n.js'
import { listen } from '../../stream.js'
import { told } from './attention.js'
import { awayOf, toneOf, type Health } from './health.js'

function sentence (health: Health): string {
  if (health.store !== 'up') return t('health.store-down')
  const away = awayOf(health)
  if (away.length > 0) return t('health.provider-down', { names: away.join(', ') })
  return toneOf(health) === 'good' ? t('health.good') : t('health.behind')
}

/** How the service is now, for as long as a person looks. A lost connection shows, and comes back by itself. */
export function Strip () {
  const health = useSignal<Health | null>(null)
  const isLost = useSignal(false)

  useEffect(() => listen('/api/admin/health/events', {
    onEvent: ({ event, data }) => {
      if (event !== 'health') return
      const now = JSON.parse(data) as Health
      health.value = now
      told.value = now.attention ?? null
      isLost.value = false
    },
    onLost: () => { isLost.value = true },
  }), [])

  const now = health.value
  const text = isLost.value ? t('health.lost') : now === null ? t('health.awaited') : sentence(now)
  const code = language.value
  return (
    <section class='strip' data-tone={isLost.value ? 'bad' : toneOf(now)} aria-label={t('health.title')}>
      <strong role='status'>{text}</strong>
      {now !== null && !isLost.value && (
        <dl>
          <div><dt>{t('health.mode')}</dt><dd>{word('mode', now.mode)}</dd></div>
          <div><dt>{t('health.store')}</dt><dd>{word('health.up', now.store)}</dd></div>
          {now.journal != null && <div><dt>{t('health.journal')}</dt><dd>{t('health.writes', { count: now.journal.depth })}{now.journal.oldest != null && ` · ${duration(Math.max(0, Date.parse(now.at) - Date.parse(now.journal.oldest)), code)}`}</dd></div>}
          <div><dt>{t('health.outbox')}</dt><dd>{duration(now.outbox.lagSeconds * 1000, code)}</dd></div>
          <div><dt>{t('health.providers')}</dt><dd>{now.providers.map(({ name, breaker, state }) => `${name} (${word('health.up', breaker ?? state ?? 'up')})`).join(', ')}</dd></div>
        </dl>
      )}
    </section>
  )
}
