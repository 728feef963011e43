import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { SECRET_VARIABLES } from '#infrastructure/config/secrets.js'
import { withSecretFiles } from '#infrastructure/config/secret-files.js'
import { readDocument } from '../../support/documents.js'

const generate = () => 'generated-secret-of-development-mode'

t.test('each secret can come from a file, without the newline at its end', async (t) => {
  const folder = t.testdir({ secret: 'the secret in a file\n', bare: ' the secret in a file', windows: 'the secret in a file\r\n' })
  for (const variable of SECRET_VARIABLES) t.match(withSecretFiles({ [`${variable}_FILE`]: join(folder, 'secret') }), { env: { [variable]: 'the secret in a file' }, faults: [] }, variable)
  t.equal(withSecretFiles({ ADMIN_TOKEN_FILE: join(folder, 'bare') }).env['ADMIN_TOKEN'], ' the secret in a file')
  t.equal(withSecretFiles({ ADMIN_TOKEN_FILE: join(folder, 'windows') }).env['ADMIN_TOKEN'], 'the secret in a file')
  const config = loadConfig({ ADMIN_TOKEN_FILE: join(folder, 'secret') }, generate)
  t.same(config.adminTokens, ['the secret in a file'])
  t.ok(config.secrets.includes('the secret in a file'), 'the log knows it')
})

t.test('a file beside its variable, an empty one and one that is not there are refused', async (t) => {
  const folder = t.testdir({ secret: 'secret', empty: '\n' })
  const faults = (env: Record<string, string>) => withSecretFiles(env).faults
  t.same(faults({ ADMIN_TOKEN: 'a', ADMIN_TOKEN_FILE: join(folder, 'secret') }), ['ADMIN_TOKEN_FILE must not be set beside ADMIN_TOKEN'])
  t.same(faults({ ADMIN_TOKEN: '', ADMIN_TOKEN_FILE: join(folder, 'secret'), JWT_SECRET_FILE: '' }), [])
  t.same(faults({ ADMIN_TOKEN_FILE: join(folder, 'empty') }), ['ADMIN_TOKEN_FILE names an empty file'])
  t.same(faults({ ADMIN_TOKEN_FILE: join(folder, 'none') }), ['ADMIN_TOKEN_FILE cannot be read (ENOENT)'])
  t.throws(() => loadConfig({ ADMIN_TOKEN_FILE: join(folder, 'none'), PORT: 'x' }, generate), { message: /^ADMIN_TOKEN_FILE .+\nPORT .+$/ })
})

t.test('the configuration guide names the secrets that can come from files', async (t) => {
  const guide = readDocument('docs/configuration.md')
  const sentence = /Each of these can come from a file:([^.]+)\./.exec(guide)?.[1] ?? ''
  t.same(sentence.matchAll(/`(\w+)`/g).map(([, name]) => name).toArray().toSorted(), SECRET_VARIABLES.toSorted())
})
