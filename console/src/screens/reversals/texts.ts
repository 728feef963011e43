export const en = {
  'reversals.disputes': 'Disputes',
  'reversals.no-disputes': 'No dispute matches',
  'reversals.no-refunds': 'No refund matches',
  'reversals.refunds': 'Refunds',
}

export const tr: Record<keyof typeof en, string> = {
  'reversals.disputes': 'İtirazlar',
  'reversals.no-disputes': 'Eşleşen itiraz yok',
  'reversals.no-refunds': 'Eşleşen iade yok',
  'reversals.refunds': 'İadeler',
}
