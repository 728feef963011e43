export const en = {
  'reversals.disputes': 'Disputes',
  'reversals.no-disputes': 'No dispute matches',
  'reversals.no-refunds': 'No refund matches',
  'reversals.refunds': 'Refunds',
}
