import type { Schema } from '../../api.js'
import { api, read } from '../../api.js'
import { Empty, Loaded } from '../../components/states.js'
import { Badge, Time } from '../../components/values.js'
import { run, type Data } from '../../data.js'
import { t } from '../../i18n.js'
import { may } from '../../session.js'
import { toast } from '../../toasts.js'

type Member = Schema<'RoomMember'>

/** The people who may not write in a room, or may not be there. */
export async function loadSanctions (roomId: string, signal: AbortSignal): Promise<readonly Member[]> {
  const of = async (kind: 'mute' | 'ban') => (await read(api.GET('/api/rooms/{roomId}/members', { params: { path: { roomId }, query: { kind } }, signal }))).items
  const [muted, banned] = await Promise.all([of('mute'), of('ban')])
  return [...banned, ...muted]
}

async function lift (roomId: string, { userId, kind }: Member): Promise<void> {
  const at = { params: { path: { roomId, userId } } }
  await (kind === 'ban' ? read(api.DELETE('/api/rooms/{roomId}/members/{userId}/ban', at)) : read(api.DELETE('/api/rooms/{roomId}/members/{userId}/mute', at)))
  toast('good', t('rooms.lifted'))
}

/** Who is muted or banned, by whom and why. */
export function Sanctions ({ roomId, data }: { readonly roomId: string, readonly data: Data<readonly Member[]> }) {
  return (
    <section class='card' aria-labelledby='sanctions'>
      <h2 id='sanctions'>{t('rooms.sanctions')}</h2>
      <Loaded data={data} lines={3}>
        {(members) => members.length === 0
          ? <Empty title={t('rooms.no-sanctions')} />
          : (
            <ul class='lines'>
              {members.map((member) => (
                <li key={`${member.kind} ${member.userId}`}>
                  <div class='row'><code class='grow'>{member.userId}</code><Badge kind='sanction' value={member.kind} tone='warn' />{may('moderate') && <button type='button' onClick={() => { run(async () => { await lift(roomId, member); data.reload() }) }}>{t('rooms.lift')}</button>}</div>
                  {member.reason !== null && <p>{member.reason}</p>}
                  <p class='muted small'>{member.by !== null && <><code>{member.by}</code> · </>}{member.at !== null && <Time at={member.at} />}{member.until !== null && <> · {t('rooms.until')} <Time at={member.until} /></>}</p>
                </li>
              ))}
            </ul>
            )}
      </Loaded>
    </section>
  )
}
