import t from 'tap'
import ts from 'typescript'
import { readSources, type SourceFile } from '../../../support/imports.js'

/** The one job that reads a whole table. */
const BACKFILL = /^src\/adapters\/dynamodb\/(?:schema|messages)\/backfill[\w-]*\.ts$/
/** Names the permission of that job. */
const POLICIES = 'src/adapters/dynamodb/schema/policies.ts'
/** Asks for that permission, by a look at one row. */
const PERMISSIONS = 'src/adapters/dynamodb/schema/permissions.ts'

/** Every name by which the SDK reads tables from end to end; a statement of PartiQL does too, where its condition names no key. */
const SCANNING = /^(?:paginate)?scan(?:Command)?(?:Input|Output)?$|^(?:batch)?execute(?:Statement|Transaction)(?:Command)?(?:Input|Output)?$/i

/** Where a file names one of them: as an import, a property or a text. Comments may. */
function scans ({ path, text }: SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const name = ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text.replace(/^.*\./, '') : ''
    if (SCANNING.test(name)) found.push(`${path}: ${name}`)
    ts.forEachChild(node, visit)
  }
  if (!BACKFILL.test(path) && path !== POLICIES && path !== PERMISSIONS) visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}

t.test('nothing scans a table but the back-fill', async (t) => {
  const sources = readSources(process.cwd(), 'src')
  t.same(sources.flatMap(scans), [])
  const scanning = sources.filter(({ text }) => /\bnew ScanCommand\b/.test(text))
  t.same(scanning.map(({ path }) => path), ['src/adapters/dynamodb/schema/backfill.ts', PERMISSIONS], 'which does')
  const asked = scanning.flatMap(({ path, text }) => path === PERMISSIONS ? text.match(/new ScanCommand\(.*?\)\)/g) : [])
  t.same(asked, ['new ScanCommand({ TableName, Limit: 1 }))'], 'the look at a permission reads one row')
})

t.test('a scan is seen in every spelling', async (t) => {
  const path = 'src/adapters/dynamodb/payments/payment-store.ts'
  for (const text of [
    "import { ScanCommand } from '@aws-sdk/lib-dynamodb'",
    "import { QueryCommand, ScanCommand as Read } from '@aws-sdk/lib-dynamodb'",
    "import { type ScanCommandInput } from '@aws-sdk/lib-dynamodb'",
    "import { paginateScan } from '@aws-sdk/lib-dynamodb'",
    'await documents.send(new lib.ScanCommand({}))',
    "await documents.send(new lib['ScanCommand']({}))",
    'await client.scan({})',
    "headers['x-amz-target'] = 'DynamoDB_20120810.Scan'",
    "import { ExecuteStatementCommand } from '@aws-sdk/lib-dynamodb'",
    'await client.batchExecuteStatement({})',
  ]) t.equal(scans({ path, text }).length, 1, text)
  t.same(scans({ path, text: '// ScanCommand\nconst input = { ScanIndexForward: false, ScannedCount: 1 }\nconst scanner = execute(input)' }), [])
  t.same(scans({ path: 'src/adapters/dynamodb/messages/backfill-message.ts', text: 'new ScanCommand({})' }), [], 'of the back-fill')
  for (const other of ['src/adapters/dynamodb/schema/not-backfill.ts', 'src/infrastructure/programs/backfill.ts']) t.equal(scans({ path: other, text: 'new ScanCommand({})' }).length, 1)
})
