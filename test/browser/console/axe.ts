import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** WCAG 2.2 at level AA, and what it is built on. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly nodes: ReadonlyArray<{ readonly target: readonly string[], readonly failureSummary: string }>
}

/** What breaks a rule on the page: the rule, and the first place. */
export async function violationsOn (page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(`axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] })`)
  return violations.map(({ id, nodes: [first, ...others] }) => `${id} at ${String(first?.target.join(' '))} and ${others.length} more places: ${String(first?.failureSummary.replaceAll(/\s+/g, ' '))}`)
}
