import type { TrackingKind } from '#domain/shipping/tracking.js'

/** How unreliably the webhooks of a shipment arrive. */
const SUFFIXES = ['+lost', '+duplicate', '+reordered', '+late', '+tampered'] as const
export type WebhookSuffix = typeof SUFFIXES[number] | ''

export interface Scenario {
  /** `unknown`: the label is made, and the answer lost. `never`: it is not made, and the answer lost. `once`: so at the first try alone. */
  readonly buying: 'created' | 'refused' | 'unknown' | 'never' | 'once'
  readonly isSlow: boolean
  readonly isLabelLate: boolean
  readonly cancel: 'canceled' | 'refused' | 'lies'
  /** What is added to the quoted price, in minor units. */
  readonly surcharge: number
  readonly journey: readonly TrackingKind[]
}

const HOME: readonly TrackingKind[] = ['registered', 'handed_over', 'in_transit', 'out_for_delivery', 'delivered']
const OK: Scenario = { buying: 'created', isSlow: false, isLabelLate: false, cancel: 'canceled', surcharge: 0, journey: HOME }
const SURCHARGE = 1000

/** What becomes of a shipment, by its service. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  sim_ok: OK,
  sim_refused: { ...OK, buying: 'refused' },
  sim_timeout_created: { ...OK, buying: 'unknown' },
  sim_timeout_not_created: { ...OK, buying: 'once' },
  sim_crash_between_steps: { ...OK, buying: 'once' },
  sim_error: { ...OK, buying: 'never' },
  sim_slow: { ...OK, isSlow: true },
  sim_label_later: { ...OK, isLabelLate: true },
  sim_cancel_refused: { ...OK, cancel: 'refused' },
  sim_cancel_lies: { ...OK, cancel: 'lies' },
  sim_returns: { ...OK, journey: ['registered', 'handed_over', 'out_for_delivery', 'delivery_failed', 'returning', 'returned'] },
  sim_lost_and_found: { ...OK, journey: ['registered', 'handed_over', 'lost', 'in_transit', 'delivered'] },
  sim_waits_for_pickup: { ...OK, journey: ['registered', 'handed_over', 'in_transit', 'available_for_pickup'] },
  sim_at_the_door: { ...OK, journey: HOME.slice(0, -1) },
  sim_no_one_at_home: { ...OK, journey: [...HOME.slice(0, -1), 'delivery_failed'] },
  sim_on_its_way_back: { ...OK, journey: [...HOME.slice(0, -1), 'delivery_failed', 'returning'] },
  sim_never_scanned: { ...OK, journey: ['registered'] },
  sim_price_differs: { ...OK, surcharge: SURCHARGE },
}

export const DEFAULT_SERVICE = 'sim_ok'
export const SERVICES = Object.keys(SCENARIOS)

/** The scenario that a service names, with the way of its webhooks after a `+`; null for one that there is not. */
export function scenarioOf (service: string | null): { readonly scenario: Scenario, readonly suffix: WebhookSuffix } | null {
  const text = service ?? DEFAULT_SERVICE
  const suffix = SUFFIXES.find((one) => text.endsWith(one)) ?? ''
  const name = text.slice(0, text.length - suffix.length)
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined
  return scenario === undefined ? null : { scenario, suffix }
}
