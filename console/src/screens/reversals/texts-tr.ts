import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'reversals.disputes': 'İtirazlar',
  'reversals.no-disputes': 'Eşleşen itiraz yok',
  'reversals.no-refunds': 'Eşleşen iade yok',
  'reversals.refunds': 'İadeler',
}
