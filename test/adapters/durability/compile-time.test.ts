// @own-process
import { readFileSync } from 'node:fs'
import t from 'tap'
import ts from 'typescript'

const RECORDING = 'src/adapters/durability/recording.ts'
const TABLE = 'src/adapters/durability/writes/journaled-write.ts'
const CONVERSATION_WRITES = 'src/adapters/durability/writes/conversation-writes.ts'
const PAYMENT_WRITES = 'src/adapters/durability/writes/payment-writes.ts'
const FILES = [RECORDING, TABLE, CONVERSATION_WRITES, PAYMENT_WRITES]

const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile('tsconfig.json', ts.sys.readFile).config, ts.sys, process.cwd())
const parsed = new Map<string, ts.SourceFile | undefined>()

/** A change of the source: the file, what it has, and what it is to have instead. */
type Plant = readonly [path: string, present: string, planted: string]

/** The errors that the compiler finds in a file of `FILES` once the change is planted. */
function errorsIn (file: string, ...plants: readonly Plant[]): string[] {
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, target) => {
    const plant = plants.find(([path]) => name.endsWith(path))
    if (plant !== undefined) return ts.createSourceFile(name, planted(plant), target)
    if (!parsed.has(name)) parsed.set(name, read(name, target))
    return parsed.get(name)
  }
  const program = ts.createProgram(FILES, { ...options, incremental: false, noEmit: true }, host)
  return program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

function planted ([path, present, text]: Plant): string {
  const source = readFileSync(path, 'utf8')
  if (!source.includes(present)) throw new Error(`${path} does not have ${present}`)
  return source.replace(present, text)
}

t.test('without a planted fault the compiler finds none', async (t) => {
  t.same(FILES.flatMap((file) => errorsIn(file)), [])
})

t.test('a method of a store does not compile until memory mode knows whether it writes', async (t) => {
  const port = 'src/application/ports/message-store.ts'
  const method: Plant = [port, '  find: (', '  erase: (messageId: string) => Promise<void>\n  find: (']
  t.match(errorsIn(RECORDING, method), [/Property 'erase' is missing/])
  const named = (treatment: string): Plant => [RECORDING, '  messages: {', `  messages: {\n    erase: ${treatment},`]
  t.same(errorsIn(RECORDING, method, named("'read'")), [])
  t.same(errorsIn(RECORDING, method, named("{ notRecorded: 'a reason' }")), [])
  t.same(errorsIn(RECORDING, method, named("records((_nothing, [sessionId]) => [{ kind: 'sign_out', sessionId }])")), [])
  t.match(errorsIn(RECORDING, method, named("records((_nothing, [sessionId]) => [{ kind: 'erasure', sessionId }])")), [/"erasure"/], 'a write that the journal does not know')
})

t.test('a store does not compile until memory mode knows its methods', async (t) => {
  const store: Plant = ['src/application/ports/stores.ts', '  readonly stats: StatsStore\n', '  readonly stats: StatsStore\n  readonly vouchers: StatsStore\n']
  t.match(errorsIn(RECORDING, store), [/Property 'vouchers' is missing/])
})

t.test('a kind of write does not compile without one of its members', async (t) => {
  for (const member of ['key', 'subject', 'shown']) {
    const { 0: line } = new RegExp(`  ${member}: \\(\\{ marker \\}\\).*\n`).exec(readFileSync(CONVERSATION_WRITES, 'utf8')) ?? ['']
    t.match(errorsIn(CONVERSATION_WRITES, [CONVERSATION_WRITES, line, '']), [new RegExp(`Property '${member}' is missing`)])
  }
})

t.test('a kind of write that holds a payment does not compile without its codec', async (t) => {
  t.match(errorsIn(PAYMENT_WRITES, [PAYMENT_WRITES, '  stored: withDecision', '  stored: AS_IS']), [/check/])
})

t.test('a kind of write does not compile until the list of the quarantine knows it', async (t) => {
  t.match(errorsIn(TABLE, ['src/application/ports/durability.ts', "'message', ", '']), [/'message' does not exist/])
})
