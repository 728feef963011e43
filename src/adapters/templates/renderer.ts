import { IntlMessageFormat } from 'intl-messageformat'
import { exponentOf, formatMoney, type Money } from '#domain/money.js'
import type { Locale } from '#domain/accounts/user.js'
import { smsText } from '#domain/notifications/sms-text.js'
import { isPlainName, unlinked, unlinkedName } from '#domain/notifications/words-of-strangers.js'
import type { NotificationContent, NotificationRenderer, ShipmentContent } from '#application/ports/notification-channels.js'
import { type Catalog, en } from './en.js'
import { tr } from './tr.js'

export const CATALOGS: Readonly<Record<Locale, Catalog>> = { tr, en }

/** Fills the texts of the catalogs. */
export const notificationRenderer: NotificationRenderer = {
  mail: (content) => {
    const { kind, locale, link, unsubscribeUrl } = content
    const { greeting, unsubscribe, footer, kinds } = CATALOGS[locale]
    const { subject, body, action } = kinds[kind]
    const say = formatter(content)
    const paragraphs = [greeting, ...body].map(say)
    const follow = action === null || link === null ? null : { label: say(action), url: link }
    const stop = unsubscribeUrl === null ? null : { label: say(unsubscribe), url: unsubscribeUrl }
    const links = [follow, stop].filter((one) => one !== null).map(({ label, url }) => `${label}: ${url}`)
    const [before, after] = follow === null ? [[], links] : [links.slice(0, 1), links.slice(1)]
    return {
      subject: say(subject),
      text: [...paragraphs, ...before, '--', footer, ...after].join('\n\n'),
      html: htmlMail({ locale, subject: say(subject), paragraphs, follow, footer, stop }),
    }
  },
  sms: (content) => smsText(formatter(content)(CATALOGS[content.locale].kinds[content.kind].sms).replace(LIRA, '$1 TL')),
}

/** An amount after the sign of the lira, which SMS write as TL behind it. */
const LIRA = /\u20ba([\d.,]*\d)/g

/** Each text is parsed once, because parsing takes longer than formatting. */
const parsed = new Map<string, IntlMessageFormat>()

function formatter (content: NotificationContent): (text: string) => string {
  const { locale, name, money, orderId, paymentId, senderName, count, conversations, cause, shipment, code, errorId } = content
  const [recipient, sender] = [unlinkedName(name), unlinkedName(senderName)]
  const values = {
    hasName: recipient === '' ? 'no' : 'yes',
    name: recipient,
    money: money === null ? '' : moneyText(money, locale),
    orderId: unlinked(orderId),
    paymentId: unlinked(paymentId),
    hasSender: sender === '' ? 'no' : 'yes',
    isPlainName: conversations === 1 && senderName !== null && isPlainName(senderName) ? 'yes' : 'no',
    senderName: sender,
    count,
    conversations,
    cause: cause ?? 'flag',
    ...shipmentValues(shipment ?? undefined),
    code,
    errorId,
  }
  return (text) => {
    const key = `${locale} ${text}`
    const message = parsed.get(key) ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true })
    parsed.set(key, message)
    return String(message.format(values))
  }
}

const NO_SHIPMENT: ShipmentContent = { shipmentId: '', carrier: null, trackingNumber: null, failure: null, flag: null }

/** The words of carriers are words of strangers. */
function shipmentValues ({ shipmentId, flag, ...words }: ShipmentContent = NO_SHIPMENT) {
  const [carrier, trackingNumber, failure] = [unlinked(words.carrier), unlinked(words.trackingNumber), unlinked(words.failure)]
  return { shipmentId, flag: flag ?? 'other', carrier, trackingNumber, failure, hasCarrier: yesIf(carrier !== ''), hasTrackingNumber: yesIf(trackingNumber !== ''), hasFailure: yesIf(failure !== '') }
}

function yesIf (condition: boolean): 'yes' | 'no' {
  return condition ? 'yes' : 'no'
}

/** An amount in the form of the language, with the currency's digits at providers. The text form keeps every digit. */
function moneyText (money: Money, locale: Locale): string {
  const digits = exponentOf(money.currency)
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency, minimumFractionDigits: digits, maximumFractionDigits: digits })
  return format.format(formatMoney(money) as Intl.StringNumericLiteral)
}

interface Link {
  readonly label: string
  readonly url: string
}

interface HtmlMail {
  readonly locale: Locale
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly follow: Link | null
  readonly footer: string
  /** The link that ends mails of this kind. */
  readonly stop: Link | null
}

/** The mail as HTML. Every text is escaped here. It loads nothing: no picture, no script. */
function htmlMail ({ locale, subject, paragraphs, follow, footer, stop }: HtmlMail): string {
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`,
    '<body style="font-family:sans-serif;line-height:1.5;max-width:36rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c">',
    ...paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`),
    ...(follow === null ? [] : [`<p>${anchor(follow)}</p>`]),
    `<hr><p style="font-size:.8rem;color:#666">${escaped(footer)}${stop === null ? '' : ` ${anchor(stop)}`}</p></body></html>`,
  ].join('\n')
}

function anchor ({ label, url }: Link): string {
  return `<a href="${escaped(url)}">${escaped(label)}</a>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped (text: string): string {
  return text.replace(/[&<>"']/g, (sign) => String(ENTITIES[sign]))
}
