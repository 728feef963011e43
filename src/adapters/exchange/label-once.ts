import type { CreatedLabel, RefusedLabel } from '#application/ports/shipping-carrier.js'

/**
 * Reads before it asks for a label, and again where the carrier refuses: whatever a carrier makes of a repeat, a label is made once, and one that
 * is made is never called refused.
 *
 * @param read null: the carrier has made no label
 */
export async function labelOnce (read: () => Promise<CreatedLabel | RefusedLabel | null>, make: () => Promise<CreatedLabel | RefusedLabel>): Promise<CreatedLabel | RefusedLabel> {
  const before = await read()
  if (before !== null) return before
  const answer = await make()
  return answer.kind === 'refused' ? await read() ?? answer : answer
}

/** A refusal: the carrier's own texts may quote names and addresses, so its code alone passes. */
export function refusedLabel (company: string, code: string, fields: readonly string[] = []): RefusedLabel {
  return { kind: 'refused', failure: { code, message: [`${company} refused the shipment`, ...fields].join(': ') } }
}

/** The label was canceled at the carrier: the next one has another key. */
export function canceledLabel (company: string): RefusedLabel {
  return { kind: 'refused', failure: { code: 'canceled', message: `${company} has canceled the label` } }
}
