import type { en } from './texts.js'

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
