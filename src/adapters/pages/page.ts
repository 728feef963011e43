import { createHash } from 'node:crypto'

/** The languages of the pages that people see. */
export type Language = 'tr' | 'en'

/** A text in each of them. */
export type Texts = Readonly<Record<Language, string>>

/** The language that a browser prefers of ours, by its `Accept-Language`; English without one. */
export function languageOf (header = ''): Language {
  const ranges = header.toLowerCase().split(',').map((range) => {
    const [tag = '', weight = 'q=1'] = range.trim().split(/\s*;\s*/)
    return { language: tag.split('-', 1)[0], weight: Number(weight.replace('q=', '')) }
  })
  const best = ranges.filter(isOurs).toSorted((one, other) => other.weight - one.weight)[0]
  return best?.language ?? 'en'
}

interface Range { readonly language: string | undefined, readonly weight: number }

function isOurs (range: Range): range is Range & { readonly language: Language } {
  return (range.language === 'tr' || range.language === 'en') && range.weight > 0
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --ground: #f4f5f7; --card: #fff; --text: #1c1f23; --faint: #5c6570; --edge: #d5d9df; --link: #0b57c2; --go: #1a7f37 }
@media (prefers-color-scheme: dark) { :root { --ground: #121417; --card: #1c1f24; --text: #e8eaed; --faint: #a0a8b3; --edge: #3a4049; --link: #8ab8ff; --go: #238642 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center; background: var(--ground); color: var(--text) }
main { width: min(28rem, 100%); min-width: 0; padding: 1.75rem; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); overflow-wrap: anywhere }
h1 { margin: 0 0 1rem; font-size: 1.25rem; line-height: 1.3 }
p { margin: 0 0 1rem }
main > :last-child { margin-bottom: 0 }
.amount { font-size: 2rem; font-weight: 600; line-height: 1.2 }
small { font-size: .875rem; color: var(--faint) }
a { color: var(--link) }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1.5rem; margin: 0 0 1rem }
dt { color: var(--faint) }
dd { margin: 0 }
ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem }
button { flex: 1 1 8rem; padding: .75rem; border: 1px solid var(--edge); border-radius: 8px; background: none; color: inherit; font: inherit; cursor: pointer }
button[value=approve] { border-color: var(--go); background: var(--go); color: #fff }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** @param content HTML; what others wrote in it is escaped. @param formAction origins to which its form may lead, beside its own */
export function makePage (language: Language, title: string, content: string, formAction = ''): Page {
  return {
    html: `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${`'self' ${formAction}`.trim()}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  }
}

export function escaped (text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
