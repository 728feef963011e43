import { useSignal } from '@preact/signals'
import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Time } from '../../components/values.js'
import { t } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'
import { may, session } from '../../session.js'
import { ActDialog, type Act } from './acts.js'

type User = Schema<'User'>

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/users', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

interface ActsProps {
  readonly user: User
  readonly onAct: (user: User, act: Act) => void
}

/** What can be done with an account. Their own is left to others. */
function Acts ({ user, onAct }: ActsProps) {
  if (user.userId === session.value?.userId) return <span class='muted small'>{t('users.you')}</span>
  if (user.status === 'deleted') return null
  return (
    <span class='row'>
      {may('users') && <button type='button' onClick={() => { onAct(user, 'role') }}>{t('users.role-change')}</button>}
      {may('users') && <button type='button' onClick={() => { onAct(user, 'status') }}>{user.status === 'suspended' ? t('users.restore') : t('users.suspend')}</button>}
      {may('erase') && <button type='button' onClick={() => { onAct(user, 'erase') }}>{t('users.erase')}</button>}
    </span>
  )
}

function Factor ({ user, onAct }: ActsProps) {
  if (!user.hasSecondFactor) return <span class='muted'>{t('users.factor-off')}</span>
  const isOther = user.userId !== session.value?.userId
  return <span class='row'>{t('users.factor-on')}{may('users') && isOther && <button type='button' class='quiet tiny' onClick={() => { onAct(user, 'factor') }}>{t('users.factor-take')}</button>}</span>
}

function columns (onAct: ActsProps['onAct']): ReadonlyArray<Column<User>> {
  return [
    { title: t('users.user'), cell: ({ userId, email, name }) => <><Main href={`/console/payments?userId=${encodeURIComponent(userId)}`}>{email === '' ? userId : email}</Main><span class='cell-text muted small' title={name}>{name}</span></> },
    { title: t('users.role'), cell: ({ role }) => <Badge kind='role' value={role} /> },
    { title: t('users.status'), cell: ({ status }) => <Badge kind='account' value={status} /> },
    { title: t('users.factor'), cell: (user) => <Factor user={user} onAct={onAct} /> },
    { title: t('users.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    ...(may('users') || may('erase') ? [{ title: t('users.acts'), cell: (user: User) => <Acts user={user} onAct={onAct} /> }] : []),
  ]
}

/** The people with an account. Their link leads to what they have paid. */
export function Users () {
  const list = useCursorList({ path: '/console/users', names: [], load })
  const chosen = useSignal<{ readonly user: User, readonly act: Act } | null>(null)
  return (
    <Screen title={t('users.title')} about={t('users.about')}>
      <List list={list} caption={t('users.title')} columns={columns((user, act) => { chosen.value = { user, act } })} keyOf={({ userId }) => userId} empty={t('users.none')} />
      {chosen.value !== null && <ActDialog {...chosen.value} onClose={() => { chosen.value = null; list.data.reload() }} />}
    </Screen>
  )
}
