import { render } from 'preact'
import { language, speak } from './i18n.js'
import { listenToKeys } from './keyboard.js'
import { applyPreferences } from './preferences.js'
import { Console } from './router.js'
import { start } from './session.js'

/** The one-time code of the address, which is taken out of it at once, so that no history keeps it. */
function takeLink (): string | null {
  const link = new URLSearchParams(location.hash.slice(1)).get('link')
  if (link !== null) history.replaceState(null, '', location.pathname + location.search)
  return link
}

applyPreferences(document.documentElement)
listenToKeys()
start(takeLink()).catch(() => {})
await speak(language.peek())
const place = document.getElementById('console')
if (place !== null) render(<Console />, place)
