import { api, read, type Schema } from '../../api.js'
import { Empty, Loaded } from '../../components/states.js'
import { Money, Time, type Tone } from '../../components/values.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'

/** Who brought it about, where the service says so. */
interface Actor {
  readonly kind: string
  readonly id: string | null
}
type Event = Schema<'PaymentHistoryEvent'> & { readonly by?: Actor }

/** Pages of 100 events each: no payment has more in practice, and what is left out is said. */
const PAGES = 5

interface History {
  readonly items: readonly Event[]
  readonly since: string | null
  readonly isCut: boolean
}

async function load (paymentId: string, signal: AbortSignal): Promise<History> {
  const items: Event[] = []
  let since: string | null = null
  let cursor: string | null = null
  for (let page = 0; page < PAGES && (page === 0 || cursor !== null); page += 1) {
    const answer: Schema<'PaymentHistory'> = await read(api.GET('/api/payments/{paymentId}/history', {
      params: { path: { paymentId }, query: { limit: 100, ...(cursor !== null && { cursor }) } }, signal,
    }))
    items.push(...answer.items)
    since ??= answer.since
    cursor = answer.nextCursor
  }
  return { items, since, isCut: cursor !== null }
}

function toneOfEvent (type: string): Tone {
  if (/succeeded|won|prevented/.test(type)) return 'good'
  if (/failed|lost|flagged|dispute\.opened/.test(type)) return 'bad'
  return /refund|warned|canceled/.test(type) ? 'warn' : 'info'
}

/** What has happened to a payment, oldest first. `version` has it read anew. */
export function Timeline ({ paymentId, version }: { readonly paymentId: string, readonly version: string }) {
  const data = useData(`${paymentId} ${version}`, async (signal) => await load(paymentId, signal))
  return (
    <section class='card' aria-labelledby='timeline'>
      <header>
        <h2 id='timeline'>{t('payment.timeline')}</h2>
        <button type='button' class='quiet tiny' onClick={data.reload}>{t('common.reload')}</button>
      </header>
      <Loaded data={data}>
        {({ items, since, isCut }) => (
          <>
            {since !== null && <p class='muted small'>{t('payment.since')} <Time at={since} /></p>}
            {items.length === 0 && <Empty title={t('payment.no-history')} />}
            <ol class='timeline'>
              {items.map(({ id, type, occurredAt, amount, currency, by }) => (
                <li key={id} data-tone={toneOfEvent(type)}>
                  <strong>{word('event', type)}</strong>
                  <span class='muted small'><Time at={occurredAt} isExact /> · <Money amount={amount} currency={currency} /></span>
                  {by !== undefined && <span class='muted small'>{word('actor', by.kind)}{by.id !== null && <> <code>{by.id}</code></>}</span>}
                </li>
              ))}
            </ol>
            {isCut && <p class='muted small'>{t('payment.cut')}</p>}
          </>
        )}
      </Loaded>
    </section>
  )
}
