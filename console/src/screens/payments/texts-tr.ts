import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'payments.amount': 'Tutar',
  'payments.created': 'Oluşturma',
  'payments.flag': 'İşaret',
  'payments.from': 'Başlangıç',
  'payments.fulfillment': 'Gönderim',
  'payments.none': 'Eşleşen ödeme yok',
  'payments.order': 'Sipariş',
  'payments.payer': 'Ödeyen',
  'payments.provider': 'Sağlayıcı',
  'payments.search': 'Arama',
  'payments.search-hint': 'Bir kimlik, bir e-posta adresi ya da siparişten sözcükler',
  'payments.seller': 'Satıcı',
  'payments.status': 'Durum',
  'payments.title': 'Ödemeler',
  'payments.to': 'Bitiş',
  'provider.iyzico': 'iyzico',
  'provider.simulator': 'Benzetimci',
  'provider.stripe': 'Stripe',
}
