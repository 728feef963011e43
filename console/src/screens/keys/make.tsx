import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { TextField } from '../../components/fields.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'
import { KEY_SCOPES, networksOf, parseDays, type KeyScope } from './form.js'

interface Props {
  readonly onMade: (key: Schema<'CreatedApiKey'>) => void
  readonly onClose: () => void
}

/** Makes a key. A person gives only scopes that they have. */
export function MakeDialog ({ onMade, onClose }: Props) {
  const [name, typedDays, networks] = [useSignal(''), useSignal('90'), useSignal('')]
  const scopes = useSignal<readonly KeyScope[]>(['read'])
  const days = parseDays(typedDays.value)
  const isReady = name.value.trim() !== '' && days !== null && scopes.value.length > 0

  const make = async (): Promise<void> => {
    if (days === null) return
    const own = networksOf(networks.peek())
    onMade(await read(api.POST('/api/admin/api-keys', { body: { name: name.peek().trim(), scopes: [...scopes.peek()], expiresInDays: days, ...(own.length > 0 && { networks: own }) } })))
  }

  return (
    <Confirm title={t('keys.make')} act={t('keys.make')} done={t('keys.made')} isReady={isReady} onAct={make} onClose={onClose}>
      <TextField label={t('keys.name')} hint={t('keys.name-hint')} maxLength={100} value={name} isRequired hasFocus />
      <fieldset class='checks'>
        <legend>{t('keys.scopes')}</legend>
        {KEY_SCOPES.filter((scope) => may(scope)).map((scope) => (
          <label key={scope} class='check'>
            <input type='checkbox' checked={scopes.value.includes(scope)} onChange={(event) => { scopes.value = event.currentTarget.checked ? [...scopes.peek(), scope] : scopes.peek().filter((one) => one !== scope) }} />
            {word('scope', scope)}
          </label>
        ))}
      </fieldset>
      <TextField label={t('keys.days')} inputMode='numeric' maxLength={3} value={typedDays} fault={days === null ? t('keys.days-fault') : null} isRequired />
      <TextField label={t('keys.networks')} hint={t('keys.networks-hint')} maxLength={1000} value={networks} isLong />
    </Confirm>
  )
}
