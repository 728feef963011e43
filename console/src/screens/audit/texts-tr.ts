import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'audit.about': 'Rolü olan kişilerin ve API anahtarlarının yaptıkları, bir de onlara verilmeyen izinler',
  'audit.action': 'İşlem',
  'audit.actor': 'Kim yaptı',
  'audit.created': 'Zaman',
  'audit.detail': 'Ayrıntılar',
  'audit.none': 'Eşleşen işlem yok',
  'audit.outcome': 'Sonuç',
  'audit.request': 'İstek',
  'audit.target': 'Neye yapıldı',
  'audit.title': 'Denetim kaydı',
  'outcome.accepted': 'kabul edildi',
  'outcome.done': 'tamam',
  'outcome.forbidden': 'yetkisi yok',
  'outcome.not_found': 'böyle bir kayıt yok',
  'outcome.shared_token': 'ortak belirteç',
  'outcome.unknown': 'bilinmiyor',
}
