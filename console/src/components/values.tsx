import type { ComponentChildren } from 'preact'
import { run } from '../data.js'
import { exactMoment, moment, money, utc } from '../format.js'
import { language, t, word } from '../i18n.js'
import { toast } from '../toasts.js'
import { Icon } from './icons.js'

/** A moment in the operator's zone, with UTC on hover. */
export function Time ({ at, isExact = false }: { readonly at: string, readonly isExact?: boolean }) {
  return <time dateTime={at} title={utc(at)}>{isExact ? exactMoment(at, language.value) : moment(at, language.value)}</time>
}

/** Minor units of a currency. */
export function Money ({ amount, currency }: { readonly amount: number, readonly currency: string }) {
  return <span class='money'>{money(amount, currency, language.value)}</span>
}

/** A number as people of the language read it. */
export function Count ({ value }: { readonly value: number }) {
  return <span class='money'>{value.toLocaleString(language.value)}</span>
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'none'

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: 'good', delivered: 'good', applied: 'good', won: 'good', prevented: 'good', active: 'good', live: 'good', sent: 'good', closed: 'good',
  pending: 'info', requires_action: 'info', open: 'info', shipped: 'info', in_transit: 'info', scheduled: 'info', waiting: 'info', received: 'info', created: 'info', handed_over: 'info', out_for_delivery: 'info', available_for_pickup: 'info', requested: 'info', done: 'good', accepted: 'good', resolved: 'good', returning: 'warn', half_open: 'warn',
  partially_refunded: 'warn', refunded: 'warn', warning: 'warn', returned: 'warn',
  failed: 'bad', disputed: 'bad', parked: 'bad', lost: 'bad', dead: 'bad', suspended: 'bad', exception: 'bad', delivery_failed: 'bad', refused: 'bad',
}

/** The tone of a status. One that is not known has none. */
export function toneOf (status: string): Tone {
  return TONES[status] ?? 'none'
}

/** A value of the service in words: `<Badge kind='status' value='refunded' />`. Where one kind means it otherwise, `tone` says so. */
export function Badge ({ kind, value, tone = toneOf(value) }: { readonly kind: string, readonly value: string, readonly tone?: Tone }) {
  return <span class='badge' data-tone={tone}>{word(kind, value)}</span>
}

/** Puts a text where the person can paste it from. Browsers allow it on secure pages alone. */
export function Copy ({ text, label = t('common.copy') }: { readonly text: string, readonly label?: string }) {
  if (!isSecureContext) return null
  const copy = (): void => {
    run(async () => {
      await navigator.clipboard.writeText(text)
      toast('good', t('common.copied'))
    })
  }
  return <button type='button' class='quiet tiny' title={label} aria-label={label} onClick={copy}><Icon name='copy' /></button>
}

/** An id, cut where there is no room, to be copied as a whole. */
export function Id ({ value, href }: { readonly value: string, readonly href?: string | undefined }) {
  const code = <code title={value}>{value}</code>
  return <span class='id'>{href === undefined ? code : <a href={href} class='id'>{code}</a>}<Copy text={value} /></span>
}

/** Names and values. Those that are null or empty are left out. */
export function Facts ({ facts }: { readonly facts: ReadonlyArray<readonly [name: string, value: ComponentChildren]> }) {
  return (
    <dl class='facts'>
      {facts.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}
    </dl>
  )
}

/** A value of any shape, as the service has it. */
export function Json ({ value }: { readonly value: unknown }) {
  return <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
}
