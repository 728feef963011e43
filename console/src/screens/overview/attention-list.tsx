import { call } from '../../api.js'
import { Empty, Loaded } from '../../components/states.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'
import { listOf, scopeOf, told, type AttentionItem } from './attention.js'

function nameOf ({ kind, flag }: AttentionItem): string {
  return flag === undefined ? word('attention', kind) : `${word('attention', kind)}: ${word('flag', flag)}`
}

/** What waits for a person, each with the way to it. */
export function Attention () {
  const data = useData('attention', async (signal) => await call<{ readonly items: readonly AttentionItem[] }>('GET', '/api/admin/attention', { signal }))
  return (
    <section class='card' aria-labelledby='attention'>
      <header>
        <h2 id='attention'>{t('overview.attention')}</h2>
        <button type='button' class='quiet tiny' onClick={data.reload}>{t('common.reload')}</button>
      </header>
      <Loaded data={data} lines={4}>
        {({ items }) => {
          const waiting = (told.value ?? items).filter((item) => item.count > 0 && may(scopeOf(item)))
          if (waiting.length === 0) return <Empty title={t('overview.nothing-waits')} />
          return (
            <ul class='attention'>
              {waiting.map((item) => (
                <li key={nameOf(item)}>
                  <a href={listOf(item)}>{nameOf(item)} <b>{item.count}{item.isCapped && '+'}</b></a>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </section>
  )
}
