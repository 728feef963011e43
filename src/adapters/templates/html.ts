import type { Locale } from '#domain/accounts/user.js'

export interface Link {
  readonly label: string
  readonly url: string
}

export interface HtmlMail {
  readonly locale: Locale
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly follow: Link | null
  readonly footer: string
  /** Ends mails of this kind. */
  readonly stop: Link | null
}

/** The same words as markup. Every text is escaped here, whatever it has been through before. No picture, no script, nothing that is fetched. */
export function htmlMail ({ locale, subject, paragraphs, follow, footer, stop }: HtmlMail): string {
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
