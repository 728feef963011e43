import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { hasCredentials } from '#adapters/dynamodb/engine/server.js'

/** Long enough for a machine that is busy; what must be cut short is given less. */
const PATIENCE_MS = 10_000
const ROLE = JSON.stringify({
  Code: 'Success', Type: 'AWS-HMAC', AccessKeyId: 'id', SecretAccessKey: 'secret', Token: 'token', LastUpdated: new Date().toISOString(), Expiration: new Date(Date.now() + 3_600_000).toISOString(),
})

/** A machine on which nothing is set but this. */
function setEnvironment (t: Test, variables: Record<string, string>): void {
  const files = '/nonexistent'
  const before = { ...process.env }
  t.teardown(() => { process.env = before })
  process.env = {
    ...Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_SHARED_CREDENTIALS_FILE: files,
    AWS_CONFIG_FILE: files,
    ...variables,
  }
}

async function serve (t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('a machine without credentials has none', async t => {
  setEnvironment(t, { AWS_EC2_METADATA_DISABLED: 'true' })
  t.equal(await hasCredentials(PATIENCE_MS), false)
  setEnvironment(t, { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1' })
  t.equal(await hasCredentials(), false, 'nor where no service names roles')
})

t.test('credentials are found in the environment, in a profile, at a container and at a machine', async t => {
  setEnvironment(t, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' })
  t.equal(await hasCredentials(PATIENCE_MS), true)
  const file = join(t.testdir({ credentials: '[shop]\naws_access_key_id = id\naws_secret_access_key = secret\n' }), 'credentials')
  setEnvironment(t, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'shop' })
  t.equal(await hasCredentials(PATIENCE_MS), true)
  setEnvironment(t, { AWS_CONTAINER_CREDENTIALS_FULL_URI: await serve(t, (_request, response) => { response.end(ROLE) }) })
  t.equal(await hasCredentials(PATIENCE_MS), true)
  const asked: string[] = []
  const machine = await serve(t, ({ url }, response) => {
    asked.push(String(url))
    response.end(url === '/latest/api/token' ? 'token' : url?.endsWith('/shop') === true ? ROLE : 'shop')
  })
  setEnvironment(t, { AWS_EC2_METADATA_SERVICE_ENDPOINT: machine })
  t.equal(await hasCredentials(PATIENCE_MS), true)
  t.match(asked.at(-1), /security-credentials\/shop$/)
})

t.test('a service that does not answer is not waited for', async t => {
  setEnvironment(t, { AWS_EC2_METADATA_SERVICE_ENDPOINT: await serve(t, () => {}) })
  const start = performance.now()
  t.equal(await hasCredentials(100), false)
  t.ok(performance.now() - start < 5000)
})
