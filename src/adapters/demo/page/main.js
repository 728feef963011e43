import { makeApi } from './api.js'
import { $, element } from './elements.js'
import { showRoom } from './room.js'
import { inEachLanguage, t } from './texts.js'

/** Who may enter, and what they are. The fragment of the address may name one of them, or `guest`. */
const PEOPLE = [['mehmet', 'seller'], ['ayse', 'buyer'], ['can', 'buyer'], [null, 'guestNote']]

async function enter (as) {
  $('entrance-error').textContent = ''
  try {
    const entered = await makeApi(null)('POST', '/demo/enter', { as })
    $('entrance').hidden = true
    await showRoom(entered)
  } catch ({ code }) {
    $('entrance').hidden = false
    $('entrance-error').textContent = t('failed', code)
  }
}

const named = window.location.hash.slice(1)
if (PEOPLE.some(([name]) => (name ?? 'guest') === named)) {
  enter(named === 'guest' ? null : named)
} else {
  $('entrance').hidden = false
  inEachLanguage(() => {
    $('people').replaceChildren(...PEOPLE.map(([name, role]) => element('li', {}, element('button', { onclick: async () => { await enter(name) } },
      element('b', { text: name ?? t('guest') }), element('small', { text: t(role) })))))
  })
}
