export const en = {
  'parked.about': 'Events that had no effect yet, such as figures that were not counted',
  'parked.none': 'Nothing is parked',
  'parked.occurred': 'Happened',
  'parked.parked': 'Parked',
  'parked.reason': 'Why',
  'parked.retry': 'Try it again | Try {count} again',
  'parked.subject': 'About',
  'parked.title': 'Parked events',
  'parked.type': 'Event',
}

export const tr: Record<keyof typeof en, string> = {
  'parked.about': 'Henüz etkisi olmayan olaylar, örneğin sayılmamış rakamlar',
  'parked.none': 'Park edilmiş olay yok',
  'parked.occurred': 'Olduğu an',
  'parked.parked': 'Park edildi',
  'parked.reason': 'Neden',
  'parked.retry': 'Yeniden dene | {count} olayı yeniden dene',
  'parked.subject': 'Konusu',
  'parked.title': 'Park edilmiş olaylar',
  'parked.type': 'Olay',
}
