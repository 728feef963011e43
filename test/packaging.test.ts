import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { StatefulSet } from 'kubernetes-models/apps/v1'
import t, { type Test } from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '#infrastructure/config/config.js'
import { ENTRIES } from './support/house-rules.js'
import { emptyFolder } from './support/process.js'

const read = (path: string) => readFileSync(path, 'utf8')
const compose = read('compose.yaml').replace(/^\s*#.*$/gm, '')
const dockerfile = read('Dockerfile').replace(/^\s*#.*$/gm, '').replaceAll('\\\n', '')
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string>, devDependencies: Record<string, string> }

/** The instructions of the image's last stage, which is the one that runs. */
const finalStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).trim().split('\n')

function everyMatch (text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(match => match[1] ?? ''))]
}

/** The arguments of an instruction in exec form. @throws SyntaxError on shell form, where a shell would keep SIGTERM */
function execForm (instruction: string): string[] {
  const line = finalStage.find(line => line.startsWith(`${instruction} `)) ?? ''
  return JSON.parse(line.slice(line.indexOf('['))) as string[]
}

t.test('every variable that compose.yaml and the image set is documented in .env.example', async t => {
  const documented = new Set(everyMatch(read('.env.example'), /^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm))
  const used = [
    ...everyMatch(compose, /^ +([A-Z][A-Z0-9_]*): /gm),
    ...everyMatch(compose, /\$\{([A-Z0-9_]+)/g),
    ...everyMatch(dockerfile, /(?<!^ARG)\s([A-Z][A-Z0-9_]*)=/gm),
  ]
  t.ok(used.length > 10, 'the patterns find variables')
  t.same(used.filter(name => !documented.has(name)), [])
})

t.test('compose.yaml holds no secret and requires each from the environment', async t => {
  const settings = [...compose.matchAll(/^ +([A-Z0-9_]*(?:SECRET|TOKEN|KEY)[A-Z0-9_]*): (.*)$/gm)]
  t.ok(settings.length >= 4, 'the pattern finds secrets')
  for (const [, name = '', value = ''] of settings) {
    t.ok(name.startsWith('AWS_') ? value === 'local' : value.startsWith(`\${${name}:?`), name)
  }
})

t.test('the service of compose.yaml starts with the secrets that its top lists, and its mails go to the catcher', async t => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, { environment: Record<string, string> }> }
  const secrets = Object.fromEntries(read('compose.yaml').matchAll(/^# {3}(\w+)=(whsec_)?\$\(openssl rand -\w+ \d+\)$/gm)
    .map(([, name = '', prefix = '']) => [name, `${prefix}${Buffer.from(`a secret of tests for ${name}`).toString('base64')}`]))
  const given = Object.entries(services['api']?.environment ?? {}).map(([name, value]) => [name, value.startsWith('${') ? secrets[name] : value])
  const image = Object.fromEntries(dockerfile.matchAll(/\s([A-Z_]+)=(\S+)/g).map(([, name = '', value = '']): [string, string] => [name, value]))
  const { production, mode, notifications: { smtp } } = loadConfig({ ...image, ...Object.fromEntries(given) as Record<string, string> }, () => { throw new Error('production generates nothing') })
  t.same([production, mode, smtp?.requireTls], [true, 'dynamodb', false])
  t.ok(String(smtp?.host) in services, 'the catcher is a service beside it')
})

/** The folder of the image, as the last stage copies it; what stages before it made comes from this project. */
function imageFolder (t: Test): string {
  const folder = join(emptyFolder(t), 'app')
  mkdirSync(folder)
  for (const [, stage, paths = '', target = ''] of finalStage.join('\n').matchAll(/^COPY (--from=\S+ )?(.+) (\S+)$/gm)) {
    for (const path of paths.split(' ')) {
      const source = path.replace(/^\/app\//, '')
      const place = /^\.?\/$|\/$/.test(target) ? join(folder, target, source.split('/').at(-1) ?? '') : join(folder, target)
      mkdirSync(dirname(place), { recursive: true })
      if (stage === undefined) cpSync(source, place, { recursive: true })
      else if (existsSync(source)) symlinkSync(resolve(source), place)
    }
  }
  return folder
}

t.test('basvideo is a command of the image, which runs what is built there and builds nothing', async t => {
  const folder = imageFolder(t)
  const [, file = '', name = ''] = /^RUN ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)$/m.exec(finalStage.join('\n')) ?? []
  t.equal(name, 'basvideo')
  const onPath = emptyFolder(t)
  symlinkSync(join(folder, file), join(onPath, name))
  const basvideo = async (args: string[], env: Record<string, string> = {}) =>
    await promisify(execFile)(name, args, { cwd: '/', env: { PATH: [onPath, dirname(process.execPath)].join(delimiter), NODE_ENV: 'production', ...env } })
  const { stdout } = await basvideo(['tables', '--policy', 'start'])
  t.match(JSON.parse(stdout), { Version: '2012-10-17' })
  await t.rejects(basvideo(['start', '--check']), { code: 1, stdout: '', stderr: /^basvideo does not start: JWT_SECRET/ })
})

t.test('the container for development has the Node of the project, and Java for the other engine', async t => {
  const { image, features, remoteUser, postCreateCommand } = JSON.parse(read('.devcontainer/devcontainer.json')) as Record<string, unknown>
  t.same([image, remoteUser, postCreateCommand], [`node:${read('.nvmrc').trim()}`, 'node', 'npm ci'])
  t.same(features, { 'ghcr.io/devcontainers/features/java:1': { version: '17' } })
})

t.test('the image runs the service without root, and SIGTERM reaches it', async t => {
  t.ok(finalStage.includes('USER 1000:1000'), 'by its number')
  t.ok(finalStage.includes('RUN install -d -o 1000 -g 1000 /data'), 'which owns the folder of the journal')
  const [program, ...args] = execForm('CMD')
  t.equal(program, 'node')
  t.ok(ENTRIES.includes(args.at(-1)?.replace(/^build\/(.*)\.js$/, '$1.ts') ?? ''), 'it starts an entry file')
})

t.test('the image holds a list of its packages, made from those that it runs', async t => {
  const packages = dockerfile.slice(dockerfile.indexOf(' AS packages'), dockerfile.lastIndexOf('\nFROM '))
  const [, omitted, file = ''] = /^RUN npm sbom (.+) --sbom-format=cyclonedx > (\S+)$/m.exec(packages) ?? []
  t.equal(omitted, /^RUN npm ci (.+) --ignore-scripts$/m.exec(packages)?.[1])
  t.ok(finalStage.includes(`COPY --from=packages /app/${file} ${file}`))
})

t.test('the health check of the image finds the service on whatever address it listens, and its end', async t => {
  const [program, script = ''] = execForm('HEALTHCHECK')
  t.same([program, finalStage.includes(`COPY ${script} ${script.slice(0, script.lastIndexOf('/') + 1)}`)], ['bash', true])
  const check = async (HOST: string, PORT: number) => (await new Promise<number | null>(resolve => {
    execFile('bash', [script], { env: { HOST, PORT: String(PORT) } }).once('exit', resolve)
  }))
  for (const [host, asked] of [['127.0.0.1', '0.0.0.0'], ['127.0.0.1', '127.0.0.1'], ['127.0.0.1', ''], ['::1', '::'], ['::1', '::1']] as const) {
    let status = 200
    const server = createServer((request, response) => { response.writeHead(request.url === '/api/health/live' ? status : 404).end() }).listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    t.equal(await check(asked, port), 0, `${asked} is asked at ${host}`)
    status = 503
    t.equal(await check(asked, port), 1)
    server.close()
    await once(server, 'close')
    t.equal(await check(asked, port), 1, 'no one listens')
  }
})

t.test('the manifest for Kubernetes is valid, and its parts fit the image and each other', async t => {
  const documents = parseAllDocuments(read('deploy/kubernetes.yaml')).map(document => document.toJS() as Manifest)
  for (const document of documents) {
    const { [document.kind]: Model } = await import(`kubernetes-models/${document.apiVersion}`) as Record<string, new (data: object) => { validate: () => void }>
    t.ok(Model, document.kind)
    if (Model !== undefined) t.doesNotThrow(() => { new Model(document).validate() }, document.kind)
  }
  t.throws(() => { new StatefulSet({ spec: { replicas: 'three' } } as never).validate() }, 'a check that finds faults')
  const { spec: { template: { spec } } } = documents.find(({ kind }) => kind === 'StatefulSet') as unknown as { spec: { template: { spec: PodSpec } } }
  const [container] = spec.containers
  t.ok(finalStage.includes(`USER ${spec.securityContext.runAsUser}:${spec.securityContext.runAsGroup}`))
  const documented = new Set(everyMatch(read('.env.example'), /^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm))
  t.same(container?.env.map(({ name }) => name).filter(name => !documented.has(name)), [])
  t.equal(container?.volumeMounts[0]?.mountPath, container?.env.find(({ name }) => name === 'DATA_DIR')?.value)
  const sleep = Number(container?.lifecycle.preStop.exec.command[1])
  t.ok(spec.terminationGracePeriodSeconds > sleep + 10, 'SIGTERM has its ten seconds after preStop')
})

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: { readonly runAsUser: number, readonly runAsGroup: number }
  readonly containers: ReadonlyArray<{
    readonly env: ReadonlyArray<{ readonly name: string, readonly value: string }>
    readonly volumeMounts: ReadonlyArray<{ readonly mountPath: string }>
    readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } }
  }>
}

t.test('the project, its image and version managers run the same major Node', async t => {
  const major = read('.nvmrc').trim()
  t.match(manifest.devDependencies['node'], new RegExp(`^\\^${major}\\.\\d+\\.\\d+$`))
  t.same(everyMatch(dockerfile, /^FROM \$\{(\w+)\}/gm), ['NODE_IMAGE'])
  t.equal(everyMatch(dockerfile, /^FROM (\S+)/gm).length, 1)
  t.match(dockerfile, new RegExp(`^ARG NODE_IMAGE=node:${major}\\.\\d+\\.\\d+-bookworm-slim@sha256:[\\da-f]{64}$`, 'm'))
  t.equal(process.versions.node.split('.', 1).join(), major, 'and so does this test')
})

t.test('every file that the image copies exists and is not ignored', async t => {
  const allowed = read('.dockerignore').split('\n').filter(line => line.startsWith('!')).map(line => line.slice(1))
  const copied = dockerfile.split('\n').filter(line => /^COPY (?!--from)/.test(line)).flatMap(line => line.split(' ').slice(1, -1))
  t.same([...new Set(copied)].sort(), allowed.sort())
  for (const path of copied) t.ok(existsSync(path), path)
})

t.test('every script of package.json runs files that exist', async t => {
  const commands = Object.values(manifest.scripts).join('\n')
  const scripts = everyMatch(commands, /\bnode (scripts\/\S+\.js)/g)
  const compiled = everyMatch(commands, /\bnode build\/(\S+)\.js/g).map(path => `${path}.ts`)
  const started = everyMatch(commands, /\bnode bin\/basvideo\.js (\S+)/g).map(name => `src/infrastructure/programs/${name}.ts`)
  t.ok(scripts.length > 2 && started.length > 2, 'the patterns find scripts')
  t.same([...scripts, ...compiled, ...started].filter(path => !existsSync(path)), [])
  t.same(started.filter(path => !ENTRIES.includes(path)), [])
})
