import t from 'tap'
import { SCOPES, SCOPES_OF_ROLES } from '#domain/accounts/permissions.js'
import { STAFF_ROLES } from '#domain/accounts/user.js'
import { WITH_ACCOUNTS } from './support/accounts.js'
import { readDocument } from './support/documents.js'
import { registeredRoutes } from './support/routes.js'
import { startService } from './support/service.js'

const DOCUMENT = readDocument('docs/permissions.md')

/** The cells of the rows of the document whose first cell is code. */
const rows = DOCUMENT.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm).map(([, name = '', cells = '']) => [name, ...cells.split(' | ')]).toArray()

t.test('the table of scopes shows those of each role', async (t) => {
  t.match(DOCUMENT, `| scope | allows | ${STAFF_ROLES.map((role) => `\`${role}\``).join(' | ')} |`)
  const shown = rows.filter(([, ...cells]) => cells.length === 1 + STAFF_ROLES.length).map(([scope, , ...cells]) => [scope, ...cells])
  t.same(shown, SCOPES.map((scope) => [scope, ...STAFF_ROLES.map((role) => (SCOPES_OF_ROLES[role] as readonly string[]).includes(scope) ? 'yes' : '–')]))
})

t.test('the table of routes shows the scope of each', async (t) => {
  const routes = await registeredRoutes(async () => await startService(t, WITH_ACCOUNTS))
  const expected = routes.filter(({ scope }) => scope !== undefined).map(({ name, policy, scope }) =>
    `| \`${name.replaceAll(/:(\w+)/g, '{$1}')}\` | \`${String(scope)}\` | ${policy === 'admin' ? 'no' : 'yes'} |`).toSorted()
  t.ok(expected.length > 70)
  t.same(DOCUMENT.match(/^\| `[A-Z]+ .*$/gm), expected, `the table:\n${expected.join('\n')}\n`)
})
