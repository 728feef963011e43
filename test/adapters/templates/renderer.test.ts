import { type MessageFormatElement, parse as parseMessage, TYPE } from '@formatjs/icu-messageformat-parser'
import t from 'tap'
import type { Texts } from '#adapters/templates/en.js'
import { CATALOGS, notificationRenderer } from '#adapters/templates/renderer.js'
import type { NotificationContent } from '#application/ports/notification-channels.js'
import { isInTurkishTables, segmentsOf } from '#domain/notifications/sms-text.js'
import { NOTIFICATION_KINDS } from '#domain/notifications/notification.js'
import { DISPUTE_STATUSES } from '#domain/payments/payment.js'
import { SHIPMENT_FLAGS } from '#domain/shipping/shipment.js'
import { LOCALES } from '#domain/accounts/user.js'

const content: NotificationContent = {
  kind: 'payment_succeeded',
  locale: 'en',
  name: 'Ada',
  money: { amount: 123_450, currency: 'TRY' },
  orderId: 'order-7',
  paymentId: 'pay_7',
  senderName: 'Bora',
  count: 3,
  conversations: 1,
  cause: 'open',
  shipment: { shipmentId: 'ship_7', carrier: 'Sürat Kargo', trackingNumber: '1234567890', failure: 'Adreste bulunamadı', flag: 'tracking_silent' },
  code: '123456',
  errorId: 'err_7',
  link: 'https://shop.example/go?a=1&b=2',
  unsubscribeUrl: 'https://api.example/unsubscribe/t',
}

const NAMELESS = { shipmentId: 'ship_7', carrier: null, trackingNumber: null, failure: null }

/** The names of the values that a text speaks of, those within plurals and selections too. */
function argumentsOf (text: string): string[] {
  const names = new Set<string>()
  const walk = (elements: readonly MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value)
      if (element.type === TYPE.select || element.type === TYPE.plural) for (const { value } of Object.values(element.options)) walk(value)
    }
  }
  walk(parseMessage(text, { ignoreTag: true }))
  return [...names].sort()
}

const textsOf = ({ subject, body, action, sms }: Texts): Array<string | null> => [subject, ...body, action, sms]

t.test('both languages have as many paragraphs, with the same values', async (t) => {
  const { tr, en } = CATALOGS
  const shape = ({ greeting, unsubscribe, footer, kinds }: typeof tr) => ({
    frame: [greeting, unsubscribe, footer].map(argumentsOf),
    kinds: NOTIFICATION_KINDS.map((kind) => [kind, textsOf(kinds[kind]).map((text) => text === null ? null : argumentsOf(text))]),
  })
  t.strictSame(shape(tr), shape(en))
  t.same(Object.keys(tr.kinds).sort(), [...NOTIFICATION_KINDS].sort())
  for (const kind of NOTIFICATION_KINDS) t.notSame(tr.kinds[kind], en.kinds[kind], `${kind} is translated`)
})

t.test('a long name is cut between two graphemes, joiners stay in it, and only a plain one is in the subject', async (t) => {
  const shown = (senderName: string) => {
    const { subject, text } = notificationRenderer.mail({ ...content, kind: 'message_received', count: 1, senderName })
    return { subject, name: /from (.*) that you have not read/.exec(text)?.[1] }
  }
  t.same(shown('علی\u200cرضا'), { subject: 'A new message from علی\u200cرضا', name: 'علی\u200cرضا' })
  t.same(shown('علی\u200cرضا 👩\u200d💻'), { subject: 'A new message', name: 'علی\u200cرضا 👩\u200d💻' })
  t.same(shown(`${'a'.repeat(97)}👩\u200d💻b`), { subject: 'A new message', name: `${'a'.repeat(97)}…` })
  t.same(shown('a\u200b\u202eb\nc'), { subject: 'A new message', name: 'a b c' })
})

t.test('every kind has a mail and an SMS in every language, with and without its values', async (t) => {
  const bare = { ...content, name: null, money: null, orderId: null, paymentId: null, senderName: null, cause: null, shipment: null, link: null, unsubscribeUrl: null }
  for (const kind of NOTIFICATION_KINDS) {
    for (const locale of LOCALES) {
      for (const known of [content, bare, ...DISPUTE_STATUSES.map((cause) => ({ ...content, cause })), ...SHIPMENT_FLAGS.map((flag) => ({ ...content, shipment: { ...NAMELESS, flag } }))]) {
        const { subject, text, html } = notificationRenderer.mail({ ...known, kind, locale })
        const sms = notificationRenderer.sms({ ...known, kind, locale })
        for (const rendered of [subject, text, html, sms]) t.notMatch(rendered, /[{}]|undefined|null|NaN/, `${kind} ${locale}`.concat(known === bare ? ' bare' : ''))
        t.ok(subject !== '' && subject.length < 150 && !/[\r\n]/.test(subject))
        t.match(html, new RegExp(`^<!doctype html><html lang="${locale}">`))
        t.ok(sms.startsWith('BasVideo: ') && sms.length < 200)
      }
    }
  }
})

t.test('amounts have the form of the language, with every digit of the currency', async (t) => {
  const money = (locale: 'tr' | 'en', amount: number, currency: string) => notificationRenderer.mail({ ...content, locale, money: { amount, currency } }).subject
  t.match(money('tr', 123_450, 'TRY'), /^₺1\.234,50 tutarındaki/)
  t.match(money('en', 123_450, 'USD'), /of \$1,234\.50 has/)
  t.match(money('en', 1234, 'JPY'), /of ¥1,234 has/)
  t.match(money('en', 1234, 'KWD'), /of KWD\s1\.234 has/)
  t.match(money('en', 12_345, 'UYW'), /of UYW\s1\.2345 has/)
  t.match(money('en', 99_999_999_999, 'EUR'), /of €999,999,999\.99 has/)
})

t.test('counts have the forms of their language', async (t) => {
  const subject = (locale: 'tr' | 'en', count: number) => notificationRenderer.mail({ ...content, kind: 'message_received', locale, count }).subject
  t.same([1, 2, 1000].map((count) => subject('en', count)), ['A new message from Bora', '2 new messages from Bora', '1,000 new messages from Bora'])
  t.same([1, 2, 1000].map((count) => subject('tr', count)), ['Bora: yeni bir mesaj', 'Bora: 2 yeni mesaj', 'Bora: 1.000 yeni mesaj'])
})

t.test('names add neither markup, nor headers, nor arguments, nor pages of text', async (t) => {
  const hostile = '<script>alert(1)</script>"\'&\r\nBcc: eve@example.com\u2028\u202e{money}<b>'
  const { subject, text, html } = notificationRenderer.mail({ ...content, kind: 'message_received', senderName: hostile, name: hostile })
  t.equal(subject, '3 new messages', 'only a plain name is part of a subject')
  t.notMatch(html, /<script|<b>/)
  t.match(html, /from &lt;script&gt;alert\(1\)&lt;\/ script&gt;&quot;&#39;&amp; Bcc: eve@ example\. com \{money\}&lt;b&gt; that/)
  t.match(text.split('\n')[0], /^Hello <script>.*,$/)
  const long = notificationRenderer.sms({ ...content, orderId: '😀'.repeat(5000) })
  t.ok(long.isWellFormed() && Array.from(long).length < 200)
  for (const name of ['', '  ', '\r\n']) t.match(notificationRenderer.mail({ ...content, name }).text, /^Hello,\n/)
  t.match(notificationRenderer.mail({ ...content, kind: 'password_reset', link: 'https://shop.example/"><script>' }).html, /href="https:\/\/shop\.example\/&quot;&gt;&lt;script&gt;"/)
})

t.test('a stranger adds no address, and without a plain name no part of the subject', async (t) => {
  for (const locale of LOCALES) {
    for (const name of ['Kazandınız https://evil.example', 'evil.com', 'Ara 0850 123 45 67']) {
      const strange = { ...content, kind: 'message_received', locale, senderName: name, name, link: null, unsubscribeUrl: null } as const
      const { subject, text, html } = notificationRenderer.mail(strange)
      t.equal(subject, locale === 'tr' ? '3 yeni mesajınız var' : '3 new messages')
      for (const body of [text, html, notificationRenderer.sms(strange)]) t.notMatch(body, /evil\.\S|https:\/\/|\d{3} \d\d/)
    }
    const orders = { ...content, locale, orderId: 'kazandin:https://evil.example/1' }
    for (const kind of NOTIFICATION_KINDS) {
      const { subject, text } = notificationRenderer.mail({ ...orders, kind })
      t.notMatch(subject, /kazandin/)
      t.notMatch(text + notificationRenderer.sms({ ...orders, kind }), /https:\/\/evil|evil\.example/)
    }
  }
})

t.test('several conversations are one text, which names no sender', async (t) => {
  const digest = (locale: 'tr' | 'en') => {
    const several = { ...content, kind: 'message_received', locale, count: 7, conversations: 4 } as const
    return [notificationRenderer.mail(several).subject, notificationRenderer.mail(several).text.split('\n')[2], notificationRenderer.sms(several)]
  }
  t.same(digest('en'), ['7 new messages', 'You have 7 messages in 4 conversations that you have not read yet.', 'BasVideo: 7 new messages in 4 conversations.'])
  t.same(digest('tr'), ['7 yeni mesajınız var', '4 konuşmada okumadığınız 7 mesaj var.', 'BasVideo: 4 konuşmada 7 yeni mesaj var.'])
})

t.test('every SMS of ours is written in GSM 03.38 with its Turkish tables', async (t) => {
  for (const kind of NOTIFICATION_KINDS) {
    for (const locale of LOCALES) {
      for (const currency of ['TRY', 'USD', 'EUR', 'JPY']) {
        const text = notificationRenderer.sms({ ...content, kind, locale, money: { amount: 123_450, currency }, senderName: 'Hâlâ “Ada”…' })
        t.same(Array.from(text).filter((character) => !isInTurkishTables(character)), [], text)
        t.ok(segmentsOf(text, 'turkish') <= 2)
      }
    }
  }
  t.match(notificationRenderer.sms({ ...content, locale: 'tr' }), / 1\.234,50 TL tutarındaki/)
  t.match(notificationRenderer.sms(content), / TRY 1,234\.50 for/)
})

t.test('links are those of the kind, in both forms of the mail', async (t) => {
  const reset = notificationRenderer.mail({ ...content, kind: 'password_reset', unsubscribeUrl: null })
  t.match(reset.text, /Choose a new password: https:\/\/shop\.example\/go\?a=1&b=2/)
  t.match(reset.html, /<a href="https:\/\/shop\.example\/go\?a=1&amp;b=2">Choose a new password<\/a>/)
  t.notMatch(reset.html + reset.text, /unsubscribe/)
  const changed = notificationRenderer.mail({ ...content, kind: 'password_changed' })
  t.notMatch(changed.html + changed.text, /shop\.example\/go/, 'one without a link has none')
  t.match(changed.html, /<a href="https:\/\/api\.example\/unsubscribe\/t">/)
})

t.test('a mail about a parcel says what is known of it, and the words of a carrier join no address', async (t) => {
  const paragraph = (kind: 'shipment_shipped' | 'shipment_delivery_failed' | 'shipment_attention', locale: 'tr' | 'en', shipment: NotificationContent['shipment'] = content.shipment) =>
    notificationRenderer.mail({ ...content, kind, locale, shipment }).text.split('\n')[2]
  t.equal(paragraph('shipment_shipped', 'en'), 'Your order order-7 is on its way with Sürat Kargo. The tracking number is 1234567890.')
  t.equal(paragraph('shipment_shipped', 'tr'), 'order-7 numaralı siparişiniz Sürat Kargo ile yola çıktı. Takip numarası: 1234567890.')
  t.equal(paragraph('shipment_shipped', 'en', null), 'Your order order-7 is on its way.')
  t.equal(paragraph('shipment_delivery_failed', 'en'), 'Your order order-7 could not be delivered by Sürat Kargo. The carrier says: Adreste bulunamadı.')
  t.equal(paragraph('shipment_delivery_failed', 'tr', null), 'order-7 numaralı siparişiniz teslim edilemedi.')
  t.equal(paragraph('shipment_attention', 'en'), 'The carrier has not scanned the parcel for a long time: ship_7, for the order order-7.')
  t.match(paragraph('shipment_delivery_failed', 'en', { ...NAMELESS, flag: null, failure: 'see https://evil.example/pay' }), /says: see https: \/ \/ evil\. example/)
})
