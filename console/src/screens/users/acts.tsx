import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { SelectField, TextField } from '../../components/fields.js'
import { t, word } from '../../i18n.js'

export type Act = 'role' | 'status' | 'factor' | 'erase'
type User = Schema<'User'>

const ROLES = ['user', 'viewer', 'support', 'finance', 'admin'] as const
type Role = typeof ROLES[number]

interface Props {
  readonly user: User
  readonly onClose: () => void
}

async function change (userId: string, body: Schema<'AdministerUserBody'>): Promise<void> {
  await read(api.PATCH('/api/admin/users/{userId}', { params: { path: { userId } }, body }))
}

function RoleDialog ({ user: { userId, email, role }, onClose }: Props) {
  const chosen = useSignal<Role>(ROLES.find((one) => one === role) ?? 'user')
  return (
    <Confirm title={t('users.role-change')} act={t('users.role-act')} done={t('users.role-done')} isReady={chosen.value !== role} onAct={async () => { await change(userId, { role: chosen.peek() }) }} onClose={onClose}>
      <p>{email}</p>
      <SelectField label={t('users.role')} hint={t('users.role-hint')} value={chosen.value} options={ROLES.map((one) => [one, word('role', one)])} onChange={(value) => { chosen.value = ROLES.find((one) => one === value) ?? 'user' }} />
    </Confirm>
  )
}

function StatusDialog ({ user: { userId, email, status }, onClose }: Props) {
  if (status === 'suspended') {
    return (
      <Confirm title={t('users.restore')} act={t('users.restore')} done={t('users.restored')} onAct={async () => { await change(userId, { status: 'active' }) }} onClose={onClose}>
        <p>{t('users.restore-why', { email })}</p>
      </Confirm>
    )
  }
  return (
    <Confirm title={t('users.suspend')} act={t('users.suspend')} done={t('users.suspended')} isDanger onAct={async () => { await change(userId, { status: 'suspended' }) }} onClose={onClose}>
      <p>{t('users.suspend-why', { email })}</p>
    </Confirm>
  )
}

function FactorDialog ({ user: { userId, email }, onClose }: Props) {
  const take = async (): Promise<void> => { await read(api.DELETE('/api/admin/users/{userId}/second-factor', { params: { path: { userId } } })) }
  return (
    <Confirm title={t('users.factor')} act={t('users.factor-take')} done={t('users.factor-taken')} isDanger onAct={take} onClose={onClose}>
      <p>{t('users.factor-why', { email })}</p>
    </Confirm>
  )
}

/** Deletes an account for good. The address is typed, because the rows of a list look alike. */
function EraseDialog ({ user: { userId, email }, onClose }: Props) {
  const typed = useSignal('')
  const erase = async (): Promise<void> => { await read(api.DELETE('/api/admin/users/{userId}', { params: { path: { userId } }, body: {} })) }
  return (
    <Confirm title={t('users.erase')} act={t('users.erase')} done={t('users.erased')} isDanger isReady={typed.value.trim().toLowerCase() === email.toLowerCase()} onAct={erase} onClose={onClose}>
      <p>{t('users.erase-why', { email })}</p>
      <TextField label={t('sign-in.email')} value={typed} maxLength={254} isRequired hasFocus />
    </Confirm>
  )
}

/** What an administrator does with one account. */
export function ActDialog ({ act, ...props }: Props & { readonly act: Act }) {
  switch (act) {
    case 'role': return <RoleDialog {...props} />
    case 'status': return <StatusDialog {...props} />
    case 'factor': return <FactorDialog {...props} />
    case 'erase': return <EraseDialog {...props} />
  }
}
