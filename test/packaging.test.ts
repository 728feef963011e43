import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { ENTRIES } from './support/house-rules.js'

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
    ...everyMatch(dockerfile, /\s([A-Z][A-Z0-9_]*)=/g),
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

t.test('the image runs the service without root, and SIGTERM reaches it', async t => {
  t.ok(finalStage.includes('USER node'))
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

t.test('the health check of the image requests the liveness route', async t => {
  const [, , script] = execForm('HEALTHCHECK')
  t.match(script, '/api/health/live')
})

t.test('the project, its image and version managers run the same major Node', async t => {
  const major = read('.nvmrc').trim()
  t.match(manifest.devDependencies['node'], new RegExp(`^\\^${major}\\.\\d+\\.\\d+$`))
  t.same(everyMatch(dockerfile, /^FROM (\S+)/gm), [`node:${major}-slim`])
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
