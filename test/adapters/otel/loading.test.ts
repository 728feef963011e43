// @own-process
import { readFileSync } from 'node:fs'
import t from 'tap'
import { startCollector } from '../../support/collector.js'
import { listening, startProgram } from '../../support/process.js'
import { ENV } from '../../support/service.js'

/** Names each module of OpenTelemetry that the process resolves, but those of its API, which prom-client loads. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ resolve (specifier, context, next) {
    const found = next(specifier, context)
    if (/@opentelemetry\\/(?!api\\/)/.test(found.url)) process.stderr.write(found.url + '\\n')
    return found
  } })
`)}`

/** What a service of this environment writes to stderr from its start to its end. */
async function loadedWith (env: Record<string, string>): Promise<string> {
  const program = startProgram(t, 'start', { ...ENV, ...env }, ['--import', HOOK])
  await fetch(`${await listening(program)}/api/health/live`)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.exit
  t.equal(code, 0)
  return stderr
}

t.test('without a collector nothing of OpenTelemetry is loaded, and with one the last spans arrive at the stop', async (t) => {
  t.equal(await loadedWith({}), '')
  const collector = await startCollector(t)
  t.match(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '1' }), /@opentelemetry\/sdk-trace-node/)
  t.same(collector.faults(), [])
  t.ok(collector.spans().some(({ name }) => name === 'GET /api/health/live'))
})

t.test('one version line of OpenTelemetry is installed, by four packages that are pinned', async (t) => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  const named = Object.entries(dependencies).filter(([name]) => name.startsWith('@opentelemetry/'))
  t.same(named.map(([name]) => name.split('/')[1]), ['api', 'exporter-trace-otlp-http', 'resources', 'sdk-trace-node'])
  for (const [name, version] of named) t.match(version, /^\d+\.\d+\.\d+$/, name)
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { version: string }> }
  const installed = Object.entries(packages).filter(([path]) => path.includes('@opentelemetry/'))
  t.same(installed.filter(([path]) => path.endsWith('@opentelemetry/core')).length, 1)
  for (const [path] of installed) t.match(path, /^node_modules\/@opentelemetry\/[\w-]+$/, 'none is installed twice')
  const { version } = packages['node_modules/@opentelemetry/sdk-trace-node'] ?? t.fail() as never
  for (const name of ['core', 'resources', 'sdk-trace-base', 'context-async-hooks']) t.equal(packages[`node_modules/@opentelemetry/${name}`]?.version, version, name)
})
