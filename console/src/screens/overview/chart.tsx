import { useEffect, useRef } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import UPlot from 'uplot'
import { day, money, shortMoney } from '../../format.js'
import { language, t } from '../../i18n.js'
import { scheme } from '../../preferences.js'
import type { Schema } from '../../api.js'
import { pointsOf, takenOf } from './figures.js'

type Currency = Schema<'PaymentStats'>['currencies'][number]

const HEIGHT = 240

function draw (place: HTMLElement, { currency, series }: Currency, code: string, onDay: (index: number | null) => void): () => void {
  const color = (name: string): string => getComputedStyle(place).getPropertyValue(name)
  // A custom property with light-dark() is a colour only where it is used.
  const paint = (name: string): string => {
    place.style.color = `var(${name})`
    const used = getComputedStyle(place).color
    place.style.color = ''
    return used
  }
  const font = `12px ${color('font-family')}`
  const axis = { stroke: paint('--muted'), font, ticks: { show: false }, grid: { stroke: paint('--edge'), width: 1 } }
  const bars = UPlot.paths.bars?.({ size: [0.7, 32], radius: 0.2 })
  const chart = new UPlot({
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: true }, y: { range: (_chart, min, max) => [Math.min(0, min), Math.max(1, max) * 1.05] } },
    series: [{}, { fill: paint('--accent'), ...(bars !== undefined && { paths: bars }), points: { show: false } }],
    axes: [
      { ...axis, size: 30, grid: { show: false }, values: (_chart, days) => days.map((seconds) => day(new Date(seconds * 1000).toISOString().slice(0, 10), code)) },
      { ...axis, size: 76, values: (_chart, amounts) => amounts.map((amount) => shortMoney(amount, currency, code)) },
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => { onDay(idx ?? null) }] },
  }, pointsOf(series, currency), place)
  const sizes = new ResizeObserver(() => { chart.setSize({ width: place.clientWidth, height: HEIGHT }) })
  sizes.observe(place)
  return () => {
    sizes.disconnect()
    chart.destroy()
  }
}

/** What was taken on each day, as bars and as a table. Days without a payment are zero. */
export function Chart ({ currency }: { readonly currency: Currency }) {
  const place = useRef<HTMLDivElement>(null)
  const chosen = useSignal<number | null>(null)
  const code = language.value
  const colours = scheme.value

  useEffect(() => {
    if (place.current === null) return
    const { current } = place
    const system = matchMedia('(prefers-color-scheme: dark)')
    let remove = draw(current, currency, code, (index) => { chosen.value = index })
    const again = (): void => {
      remove()
      remove = draw(current, currency, code, (index) => { chosen.value = index })
    }
    system.addEventListener('change', again)
    return () => {
      system.removeEventListener('change', again)
      remove()
    }
  }, [currency, code, colours])

  const shown = chosen.value === null ? undefined : currency.series[chosen.value]
  const say = (figures: Currency['series'][number]): string => {
    const { count, amount } = takenOf(figures)
    return `${t('overview.payments', { count })} · ${money(amount, currency.currency, code)}`
  }
  return (
    <figure class='stack'>
      <div ref={place} class='chart' aria-hidden='true' />
      <figcaption>
        <p class='chart-day'>{shown === undefined ? t('overview.chart-hint') : `${day(shown.period, code)}: ${say(shown)}`}</p>
        <details>
          <summary>{t('overview.as-table')}</summary>
          <div class='table'>
            <table class='plain-table'>
              <caption class='unseen'>{t('overview.chart', { currency: currency.currency })}</caption>
              <thead><tr><th scope='col'>{t('overview.day')}</th><th scope='col' class='end'>{t('overview.count')}</th><th scope='col' class='end'>{t('overview.taken')}</th></tr></thead>
              <tbody>
                {currency.series.toReversed().map((figures) => (
                  <tr key={figures.period}>
                    <th scope='row'>{day(figures.period, code)}</th>
                    <td class='end'>{takenOf(figures).count}</td>
                    <td class='end'>{money(takenOf(figures).amount, currency.currency, code)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </figcaption>
    </figure>
  )
}
