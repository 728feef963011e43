import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'export.csv': 'tablo (CSV)',
  'export.ndjson': 'JSON satırları',
  'export.payments': 'ödemeler',
  'export.room': 'bir odanın sohbeti',
  'exports.about': 'Ödemelerin ve sohbetlerin dosyaları. Kimin aldığı denetim kaydında yer alır.',
  'exports.bom': 'Excel’in Türkçe harfleri tanıdığı işaretle',
  'exports.canceled': 'Dışa aktarma durduruldu. Dosya kaydedilmedi.',
  'exports.done': '1 satır {name} olarak kaydedildi | {count} satır {name} olarak kaydedildi',
  'exports.format': 'Biçim',
  'exports.from': 'Başlangıç',
  'exports.of-room': 'Sohbeti dışa aktar',
  'exports.room': 'Odanın kimliği',
  'exports.rows': 'şimdiye kadar 1 satır | şimdiye kadar {count} satır',
  'exports.start': 'Dışa aktar',
  'exports.status': 'Durum',
  'exports.title': 'Dışa aktarma',
  'exports.to': 'Bitiş',
  'exports.type': 'Ne',
}
