import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What operators load into Grafana and Prometheus. */
export const FOLDER = new URL('../../../deploy/', import.meta.url)
export const DASHBOARDS = ['service.json', 'payments.json'] as const

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number, readonly y: number, readonly w: number, readonly h: number }
  readonly targets?: ReadonlyArray<{ readonly expr: string }>
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
}

interface RuleFile {
  readonly groups: ReadonlyArray<{ readonly name: string, readonly rules: readonly Alert[] }>
}

const textOf = (path: string): string => readFileSync(new URL(path, FOLDER), 'utf8')

export const dashboardOf = (name: string): Dashboard => JSON.parse(textOf(`grafana/${name}`)) as Dashboard

export const alerts = (): readonly Alert[] => (parse(textOf('prometheus/basvideo.rules.yaml')) as RuleFile).groups.flatMap(({ rules }) => rules)

interface RuleTests {
  readonly tests: ReadonlyArray<{ readonly name: string }>
}

/** The tests of the alerts, for promtool. */
export const ruleTests = (): RuleTests => parse(textOf('prometheus/basvideo.rules.test.yaml')) as RuleTests

/** Each query of a dashboard, with the panel that shows it. */
export function queriesOf (dashboard: Dashboard): ReadonlyArray<{ readonly panel: string, readonly expr: string }> {
  return dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ panel: `${dashboard.title}, ${title}`, expr })))
}
