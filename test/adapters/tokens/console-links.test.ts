import t from 'tap'
import { CONSOLE_LINK_MS, makeConsoleLinks } from '#adapters/tokens/console-links.js'

const NOW = Date.parse('2026-11-30T12:00:00.000Z')
const links = makeConsoleLinks('a secret that is long enough for links')

t.test('a code counts for five minutes, and says until when', async (t) => {
  const code = links.make(NOW)
  t.match(code, /^[\w.-]{75}$/, 'it needs no escape in an address')
  t.equal(links.read(code, NOW + CONSOLE_LINK_MS - 1), NOW + CONSOLE_LINK_MS)
  t.equal(links.read(code, NOW + CONSOLE_LINK_MS), null)
  t.not(links.make(NOW), links.make(NOW))
})

t.test('a code of another secret, a changed one and no code do not count', async (t) => {
  const code = links.make(NOW)
  t.equal(makeConsoleLinks('another secret that is long enough').read(code, NOW), null)
  const later = (NOW + 10 * CONSOLE_LINK_MS).toString(36)
  for (const changed of ['', 'none', code.slice(1), `${code}A`, code.slice(0, -43) + 'A'.repeat(43), later + code.slice(8)]) t.equal(links.read(changed, NOW), null, changed)
})
