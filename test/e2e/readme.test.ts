// @own-process
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { CURL_LINES } from '#infrastructure/runtime/banner.js'
import { emptyFolder, startProgram } from '../support/process.js'
import { JWT_SECRET } from '../support/service.js'

/** Replaces what differs from run to run: times, references of the provider and of the request. Ids derive from keys and stay. */
function masked (text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/(?<=sim_|urn:basvideo:request:)[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uuid>')
}

t.test('the lines of the README work when pasted after those that the service prints, and answer what it shows', async (t) => {
  const readme = readFileSync('README.md', 'utf8')
  const blocks = readme.matchAll(/^```sh\n([^`]*\bcurl\b[^`]*)```\n```json\n(.*)\n```$/gm).map(([, lines = '', answer = '']) => ({ lines, answer })).toArray()
  t.same(blocks.map(({ lines }) => lines.trim()), CURL_LINES.replace(/^#.*\n/gm, '').split('\n\n'), 'the README shows the lines that the service prints')
  const service = startProgram(t, 'start', { PORT: '0', JWT_SECRET })
  const assignments = (await service.says(CURL_LINES)).match(/^(?:URL|AYSE|MEHMET|ADMIN)=.*$/gm) ?? []
  t.equal(assignments.length, 4)
  const script = [...assignments, `cd '${emptyFolder(t)}'`, ...blocks.map(({ lines }) => lines)].join('\n')
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], { env: { ...process.env, JWT_SECRET }, encoding: 'utf8' })
  t.same([status, stderr], [0, ''])
  t.same(masked(stdout).trim().split('\n'), blocks.map(({ answer }) => masked(answer)))
})
