import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'

const { testFiles } = await import(pathToFileURL('scripts/support/suites.js').href) as { testFiles: (folder: string) => string[] }

/** A project whose tests have these sources. */
function project (sources: Readonly<Record<string, string>>): string {
  const files = Object.entries(sources)
  return t.testdir({
    test: treeOf(files.map(([name, text]) => [`${name}.test.ts`, text])),
    build: { test: treeOf(files.map(([name]) => [`${name}.test.js`, ''])) },
  })
}

interface Tree { [name: string]: string | Tree }

function treeOf (files: ReadonlyArray<readonly [path: string, text: string]>): Tree {
  const tree: Tree = {}
  for (const [path, text] of files) {
    const [room = '', file = ''] = path.split('/')
    if (file === '') tree[room] = text
    else tree[room] = { ...(tree[room] as Tree | undefined), [file]: text }
  }
  return tree
}

t.test('tests of a room share a process, unless the first line asks for an own one', async (t) => {
  const folder = project({
    'domain/a': 'a\n',
    'domain/b': '// @own-process\nb\n',
    'domain/c': '\n// @own-process\nc\n',
    'e2e/d': 'd\n',
    docs: 'e\n',
  })
  const files = testFiles(folder)
  t.same(files, ['build/test/docs.test.js', 'build/test/domain/b.test.js', 'build/test/e2e/d.test.js', 'build/together/domain-1.test.js'].map((file) => join(folder, file)))
  t.equal(readFileSync(String(files.at(-1)), 'utf8'), "import '../test/domain/a.test.js'\nimport '../test/domain/c.test.js'\n")
})

t.test('a room with many tests has several suites, and each test is in one', async (t) => {
  const names = Array.from({ length: 27 }, (_, index) => `domain/t${index}`)
  const suites = testFiles(project(Object.fromEntries(names.map((name) => [name, '']))))
  t.equal(suites.length, 3)
  const imported = suites.flatMap((suite) => [...readFileSync(suite, 'utf8').matchAll(/'\.\.\/test\/(.+)\.test\.js'/g)].map(([, name]) => name))
  t.same(imported.toSorted(), names.toSorted())
})

t.test('coverage counts what is built of the sources, and needs no list of files that outgrows the environment of a process', async (t) => {
  const { tap } = JSON.parse(readFileSync('package.json', 'utf8')) as { tap: Record<string, unknown> }
  t.same([tap['coverage-exclude'], tap['test-env']], [undefined, ['NODE_OPTIONS=--import=./scripts/support/coverage-scope.js']])
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: '--import=./scripts/support/coverage-scope.js' }
  const seen = JSON.parse(execFileSync(process.execPath, ['-p', 'JSON.stringify([process.env._TAPJS_PROCESSINFO_COV_EXCLUDE_, process.env.NODE_OPTIONS ?? null])'], { env, encoding: 'utf8' })) as [string, string | null]
  const [, source = ''] = /^\/(.*)\/$/.exec(seen[0]) ?? []
  const counted = ['build/src/domain/money.js', 'src/domain/money.ts', 'build/test/support/service.js', 'build/bench/run.js', 'node_modules/pino/pino.js', 'scripts/test.js'].filter((file) => !new RegExp(source).test(resolve(file)))
  t.same([counted, seen[1]], [['build/src/domain/money.js', 'src/domain/money.ts'], null])
})
