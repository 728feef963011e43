import { isHelpOpen } from './components/help.js'
import { hasShortcuts } from './preferences.js'

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName))

/** Moves the focus to the link of the row below or above. */
function move (by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('a[data-main]')]
  const at = links.findIndex((link) => link.closest('[data-row]')?.contains(document.activeElement) === true)
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

function actOf (key: string): (() => void) | null {
  switch (key) {
    case '/': return () => { document.querySelector<HTMLInputElement>('[data-search] input')?.focus() }
    case 'j': return () => { move(1) }
    case 'k': return () => { move(-1) }
    case 'n': return () => { document.querySelector<HTMLElement>('[data-page=next]')?.click() }
    case 'p': return () => { document.querySelector<HTMLElement>('[data-page=previous]')?.click() }
    case '?': return () => { isHelpOpen.value = true }
    default: return null
  }
}

/** Keys of one letter work where nothing is typed and no dialog is open. Enter is the browser's own, on the link of the row. */
export function listenToKeys (): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isTyping(event.target) && event.target instanceof HTMLElement && document.querySelector('dialog[open]') === null) event.target.blur()
    if (!hasShortcuts.peek() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    const act = actOf(event.key)
    if (act === null) return
    event.preventDefault()
    act()
  })
}
