import { signal } from '@preact/signals'
import { t } from '../i18n.js'
import { hasShortcuts } from '../preferences.js'
import { Dialog } from './dialog.js'

export const isHelpOpen = signal(false)

/** The keys, and the switch that turns them off. */
export function Help () {
  if (!isHelpOpen.value) return null
  const keys = [
    [['/'], t('help.search')], [['j', 'k'], t('help.move')], [['Enter'], t('help.open')], [['n', 'p'], t('help.pages')], [['Esc'], t('help.close')], [['?'], t('help.help')],
  ] as const
  return (
    <Dialog title={t('help.title')} onClose={() => { isHelpOpen.value = false }}>
      <dl class='facts'>
        {keys.map(([names, does]) => [<dt key={does}>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt>, <dd key={names[0]}>{does}</dd>])}
      </dl>
      <label class='check'>
        <input type='checkbox' checked={hasShortcuts.value} onChange={(event) => { hasShortcuts.value = event.currentTarget.checked }} />
        {t('help.switch')}
      </label>
    </Dialog>
  )
}
