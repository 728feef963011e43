import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'credit.done': '1 dakika yüklendi | {count} dakika yüklendi',
  'credit.paid': 'Ödenen (boşsa ücretsiz)',
  'credit.title': 'Dakika yükle',
  'ledger.credit': 'yüklendi',
  'ledger.spend': 'harcandı',
  'streamers.about': 'Kimler yayın yapıyor ve kaç dakikaları var',
  'streamers.at': 'Zaman',
  'streamers.entry': 'Kayıt',
  'streamers.for': 'Ne için',
  'streamers.ledger': 'Dakika defteri',
  'streamers.minutes': 'Dakika',
  'streamers.no-entries': 'Henüz kayıt yok',
  'streamers.none': 'Henüz yayıncı yok',
  'streamers.payment': 'ödemeye git',
  'streamers.purchased': 'Yüklenen',
  'streamers.remaining': 'Kalan',
  'streamers.streamer': 'Yayıncı',
  'streamers.title': 'Yayıncılar',
  'streamers.to-rooms': 'Bu yayıncının odaları',
  'streamers.used': 'Harcanan',
}
