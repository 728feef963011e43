import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Screen } from '../../components/screen.js'
import { Empty, Loaded } from '../../components/states.js'
import { Money, Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { percent } from '../../format.js'
import { language, t } from '../../i18n.js'
import { Attention } from './attention-list.js'
import { Chart } from './chart.js'
import { successOf, takenOf } from './figures.js'
import { Strip } from './strip.js'

type Stats = Schema<'PaymentStats'>

function Figures ({ currency }: { readonly currency: Stats['currencies'][number] }) {
  const taken = takenOf(currency)
  const { refunded, disputes: { opened } } = currency
  const money = (amount: number) => <Money amount={amount} currency={currency.currency} />
  return (
    <div class='figures'>
      <div class='figure'><span>{t('overview.taken')}</span><strong>{money(taken.amount)}</strong><small class='muted'>{t('overview.payments', { count: taken.count })}</small></div>
      <div class='figure'><span>{t('overview.success')}</span><strong>{percent(successOf(currency), language.value)}</strong><small class='muted'>{t('overview.success-of')}</small></div>
      <div class='figure'><span>{t('overview.refunded')}</span><strong>{money(refunded.amount)}</strong><small class='muted'>{t('overview.refunds', { count: refunded.count })}</small></div>
      <div class='figure'><span>{t('overview.disputed')}</span><strong>{money(opened.amount)}</strong><small class='muted'>{t('overview.disputes', { count: opened.count })}</small></div>
    </div>
  )
}

function Month ({ stats }: { readonly stats: Stats }) {
  const chosen = useSignal(0)
  const currencies = stats.currencies.toSorted((one, other) => takenOf(other).count - takenOf(one).count)
  const currency = currencies[chosen.value] ?? currencies[0]
  if (currency === undefined) return <Empty title={t('overview.no-payments')} />
  return (
    <>
      {currencies.length > 1 && (
        <div><div class='choice' role='group' aria-label={t('overview.currency')}>
          {currencies.map((one, index) => <button key={one.currency} type='button' aria-pressed={one === currency} onClick={() => { chosen.value = index }}>{one.currency}</button>)}
        </div></div>
      )}
      <Figures currency={currency} />
      <Chart currency={currency} />
      <p class='muted small'>{t('overview.as-of', { zone: stats.timeZone })} <Time at={stats.asOf} />{stats.parkedEvents > 0 && ` · ${t('overview.parked', { count: stats.parkedEvents })}`}</p>
    </>
  )
}

/** The last 30 days, what waits for a person, and how the service is. */
export function Overview () {
  const data = useData('stats', async (signal) => await read(api.GET('/api/admin/payments/stats', { params: { query: { fill: 'zero' } }, signal })))
  return (
    <Screen title={t('overview.title')}>
      <Strip />
      <div class='halves'>
        <section class='card' aria-labelledby='month'>
          <h2 id='month'>{t('overview.month')}</h2>
          <Loaded data={data} lines={10}>{(stats) => <Month stats={stats} />}</Loaded>
        </section>
        <Attention />
      </div>
    </Screen>
  )
}
