import { execFileSync } from 'node:child_process'
import t from 'tap'

/** What is there for some services, or for whoever asks for it, and would keep every start waiting. */
const LATER = ['/node_modules/@aws-sdk/', '/node_modules/@fastify/swagger', '/node_modules/jose/', '/node_modules/nodemailer/', '/node_modules/stripe/', 'deps/undici/undici']

t.test('a start loads nothing that only some services need', async (t) => {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    const { makeService } = await import('${import.meta.resolve('#infrastructure/server.js')}')
    const { loadConfig } = await import('${import.meta.resolve('#infrastructure/config/config.js')}')
    const { makeLogger } = await import('${import.meta.resolve('#infrastructure/runtime/logger.js')}')
    const config = loadConfig({ USE_DYNAMODB: 'false', PORT: '0' }, () => 'a secret that is long enough for all')
    const { listen, close } = await makeService(config, makeLogger({ level: 'silent', secrets: [], write: () => {} }))
    await listen()
    console.log(JSON.stringify([...loaded, ...process.moduleLoadList]))
    await close()`
  const loaded = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })) as string[]
  t.ok(loaded.some((name) => name.includes('/node_modules/fastify/')), 'it tells what is loaded')
  for (const part of LATER) t.same(loaded.filter((name) => name.includes(part)), [], part)
})
