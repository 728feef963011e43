import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

t.test('the files that coverage leaves out fit into the environment of a process, in a folder with a long name too', async (t) => {
  const { tap } = JSON.parse(readFileSync('package.json', 'utf8')) as { tap: { 'coverage-exclude': string[] } }
  const files = globSync(tap['coverage-exclude'])
  t.ok(files.length > 100)
  // Linux takes at most 128 KiB for one variable, and tap adds the files that it runs.
  const folder = 100
  t.ok(files.reduce((bytes, file) => bytes + folder + 1 + file.length + 1, 0) < 112 * 1024)
})
