import { IntlMessageFormat } from 'intl-messageformat'
import { exponentOf, formatMoney, type Money } from '#domain/money.js'
import type { Locale } from '#domain/accounts/user.js'
import type { NotificationContent, NotificationRenderer } from '#application/ports/notification-renderer.js'
import type { Catalog } from './catalog.js'
import { en } from './en.js'
import { htmlMail } from './html.js'
import { tr } from './tr.js'

export const CATALOGS: Readonly<Record<Locale, Catalog>> = { tr, en }

/** Of a name or an order in a text; longer ones are cut. */
const VALUE_MAX_CHARACTERS = 100

/** Words of the catalogs with what they speak of. */
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
  sms: (content) => formatter(content)(CATALOGS[content.locale].kinds[content.kind].sms),
}

/** Parsing takes longer than formatting: each text is parsed once. */
const parsed = new Map<string, IntlMessageFormat>()

function formatter (content: NotificationContent): (text: string) => string {
  const { locale, name, money, orderId, paymentId, senderName, count, cause } = content
  const values = {
    hasName: name === null || plain(name) === '' ? 'no' : 'yes',
    name: plain(name),
    money: money === null ? '' : moneyText(money, locale),
    orderId: plain(orderId),
    paymentId: plain(paymentId),
    senderName: plain(senderName),
    count,
    cause: cause ?? 'flag',
  }
  return (text) => {
    const key = `${locale} ${text}`
    const message = parsed.get(key) ?? new IntlMessageFormat(text, locale, undefined, { ignoreTag: true })
    parsed.set(key, message)
    return String(message.format(values))
  }
}

/** A value as one line of text: a break would begin a new header or a new sentence of ours, and marks of direction would turn one round. */
function plain (value: string | null): string {
  const line = (value ?? '').replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const characters = Array.from(line)
  return characters.length > VALUE_MAX_CHARACTERS ? `${characters.slice(0, VALUE_MAX_CHARACTERS - 1).join('')}…` : line
}

/** As the language writes amounts, with the digits that the currency has with providers. A text keeps every digit. */
function moneyText (money: Money, locale: Locale): string {
  const digits = exponentOf(money.currency)
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency, minimumFractionDigits: digits, maximumFractionDigits: digits })
  return format.format(formatMoney(money) as Intl.StringNumericLiteral)
}
