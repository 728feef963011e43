import type { ComponentChildren } from 'preact'
import { useData } from '../data.js'
import { t, word } from '../i18n.js'
import { Empty, Loaded } from './states.js'
import { Time, type Tone } from './values.js'

/** Who brought it about, where the service says so. */
interface Actor {
  readonly kind: string
  readonly id: string | null
}

export interface HistoryEvent {
  readonly id: string
  readonly type: string
  readonly occurredAt: string
  readonly by?: Actor | undefined
}

interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  /** When the log began, where the subject is older. */
  readonly since?: string | null
}

/** Pages of 100 events each: nothing has more in practice, and what is left out is said. */
const PAGES = 5

/** The query of one page. */
export type PageQuery = { readonly limit: number, readonly cursor?: string }
type LoadPage<T> = (query: PageQuery, signal: AbortSignal) => Promise<Page<T>>

interface Events<T> {
  readonly items: readonly T[]
  readonly since: string | null
  readonly isCut: boolean
}

async function loadAll<T> (load: LoadPage<T>, signal: AbortSignal): Promise<Events<T>> {
  const items: T[] = []
  let since: string | null = null
  let cursor: string | null = null
  for (let page = 0; page < PAGES && (page === 0 || cursor !== null); page += 1) {
    const answer: Page<T> = await load({ limit: 100, ...(cursor !== null && { cursor }) }, signal)
    items.push(...answer.items)
    since ??= answer.since ?? null
    cursor = answer.nextCursor
  }
  return { items, since, isCut: cursor !== null }
}

interface Props<T> {
  /** What it is the history of, at which version: another one has it read anew. */
  readonly of: string
  readonly load: LoadPage<T>
  readonly toneOf: (type: string) => Tone
  /** What stands beside the moment. */
  readonly about?: (event: T) => ComponentChildren
}

/** What has happened to one thing, oldest first. */
export function History<T extends HistoryEvent> ({ of, load, toneOf, about }: Props<T>) {
  const data = useData(of, async (signal) => await loadAll(load, signal))
  return (
    <section class='card' aria-labelledby='timeline'>
      <header>
        <h2 id='timeline'>{t('history.title')}</h2>
        <button type='button' class='quiet tiny' onClick={data.reload}>{t('common.reload')}</button>
      </header>
      <Loaded data={data}>
        {({ items, since, isCut }) => (
          <>
            {since !== null && <p class='muted small'>{t('history.since')} <Time at={since} /></p>}
            {items.length === 0 && <Empty title={t('history.none')} />}
            <ol class='timeline'>
              {items.map((event) => (
                <li key={event.id} data-tone={toneOf(event.type)}>
                  <strong>{word('event', event.type)}</strong>
                  <span class='muted small'><Time at={event.occurredAt} isExact />{about !== undefined && <> · {about(event)}</>}</span>
                  {event.by !== undefined && <span class='muted small'>{word('actor', event.by.kind)}{event.by.id !== null && <> <code>{event.by.id}</code></>}</span>}
                </li>
              ))}
            </ol>
            {isCut && <p class='muted small'>{t('history.cut')}</p>}
          </>
        )}
      </Loaded>
    </section>
  )
}
