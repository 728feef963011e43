import { createHash } from 'node:crypto'
import t from 'tap'
import { languageOf, makePage } from '#adapters/pages/page.js'

t.test('the language is that of ours which a browser prefers, and English without one', async (t) => {
  for (const [header, language] of [
    [undefined, 'en'], ['', 'en'], ['de', 'en'], ['*', 'en'], ['tr', 'tr'], ['tr-TR,tr;q=0.9,en;q=0.8', 'tr'], ['en-GB, tr;q=0.9', 'en'], ['de, en;q=0.3, TR;q=0.5', 'tr'],
    ['en;q=0.2,tr; q=0.7', 'tr'], ['tr;q=0', 'en'], ['trk', 'en'], ['tr;q=x', 'en'],
  ] as const) t.equal(languageOf(header), language, String(header))
})

t.test('a page loads nothing, and its policy admits its one style alone', async (t) => {
  const { html, headers } = makePage('tr', 'a <b>', '<p>x</p>', 'https://shop.example')
  const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? ''
  t.equal(headers['content-security-policy'], `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self' https://shop.example; base-uri 'none'; frame-ancestors 'none'`)
  t.match(html, /<html lang="tr">.*name="viewport".*<h1>a &#60;b&#62;<\/h1>/s)
  t.notMatch(html, /src=|@import|url\(/)
  t.match(style, /prefers-color-scheme: dark.*overflow-wrap: anywhere/s)
})
