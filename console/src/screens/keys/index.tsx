import { useSignal } from '@preact/signals'
import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Dialog } from '../../components/dialog.js'
import { List, type Column } from '../../components/list.js'
import { Once } from '../../components/once.js'
import { Screen } from '../../components/screen.js'
import { Badge, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { useCursorList } from '../../list.js'
import { isExpired } from './form.js'
import { MakeDialog } from './make.js'

type ApiKey = Schema<'ApiKey'>
type Shown = { readonly kind: 'make' } | { readonly kind: 'made', readonly key: Schema<'CreatedApiKey'> } | { readonly kind: 'revoke', readonly key: ApiKey }

async function load (_query: Query, signal: AbortSignal) {
  const { items } = await read(api.GET('/api/admin/api-keys', { signal }))
  return { items, nextCursor: null }
}

function columns (onRevoke: (key: ApiKey) => void): ReadonlyArray<Column<ApiKey>> {
  return [
    { title: t('keys.name'), cell: ({ name, keyId }) => <><strong class='cell-text' title={name}>{name}</strong><code class='muted small'>{keyId}</code></> },
    { title: t('keys.state'), cell: ({ expiresAt }) => isExpired(expiresAt, Date.now()) ? <Badge kind='key' value='expired' tone='warn' /> : <Badge kind='key' value='valid' tone='good' /> },
    { title: t('keys.scopes'), cell: ({ scopes }) => <span class='words small'>{scopes.map((scope) => word('scope', scope)).join(' · ')}</span> },
    { title: t('keys.networks'), cell: ({ networks }) => networks.length === 0 ? <span class='muted'>{t('keys.anywhere')}</span> : <span class='words small'><code>{networks.join(' ')}</code></span> },
    { title: t('keys.last-used'), cell: ({ lastUsedAt }) => lastUsedAt === null ? <span class='muted'>{t('keys.never')}</span> : <Time at={lastUsedAt} /> },
    { title: t('keys.expires'), cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    { title: t('keys.created'), cell: ({ createdAt, createdBy }) => <><Time at={createdAt} /><span class='cell-text muted small'>{createdBy ?? t('keys.shared')}</span></> },
    { title: t('keys.acts'), cell: (key) => <button type='button' onClick={() => { onRevoke(key) }}>{t('keys.revoke')}</button> },
  ]
}

function RevokeDialog ({ apiKey: { keyId, name }, onClose }: { readonly apiKey: ApiKey, readonly onClose: () => void }) {
  const revoke = async (): Promise<void> => { await read(api.DELETE('/api/admin/api-keys/{keyId}', { params: { path: { keyId } } })) }
  return (
    <Confirm title={t('keys.revoke')} act={t('keys.revoke')} done={t('keys.revoked')} isDanger onAct={revoke} onClose={onClose}>
      <p>{t('keys.revoke-why', { name })}</p>
    </Confirm>
  )
}

/** The keys of services. A new one is shown once, for as long as its dialog is open. */
export function ApiKeys () {
  const list = useCursorList({ path: '/console/api-keys', names: [], load })
  const shown = useSignal<Shown | null>(null)
  const close = (): void => {
    shown.value = null
    list.data.reload()
  }
  const now = shown.value
  return (
    <Screen title={t('keys.title')} about={t('keys.about')} acts={<button type='button' class='primary' onClick={() => { shown.value = { kind: 'make' } }}>{t('keys.make')}</button>}>
      <List list={list} caption={t('keys.title')} columns={columns((key) => { shown.value = { kind: 'revoke', key } })} keyOf={({ keyId }) => keyId} empty={t('keys.none')} />
      {now?.kind === 'make' && <MakeDialog onMade={(key) => { shown.value = { kind: 'made', key } }} onClose={() => { if (shown.peek()?.kind === 'make') shown.value = null }} />}
      {now?.kind === 'made' && (
        <Dialog title={now.key.name} onClose={close}>
          <Once label={t('keys.key')} text={now.key.key}>
            <p class='muted small'>{t('keys.use')}</p>
            <div class='row end'><button type='button' onClick={close}>{t('common.close')}</button></div>
          </Once>
        </Dialog>
      )}
      {now?.kind === 'revoke' && <RevokeDialog apiKey={now.key} onClose={close} />}
    </Screen>
  )
}
