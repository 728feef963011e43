import type { en } from './texts.js'

export const tr: Record<keyof typeof en, string> = {
  'message-report.by': 'Karar veren',
  'message-report.decided': 'Karar verildi',
  'message-report.look': 'Bu mesaja baktığınız denetim kaydına yazıldı.',
  'message-report.reason': 'Neden',
  'message-report.reported': 'Bildirildi',
  'message-report.reporter': 'Bildiren',
  'message-report.sender': 'Gönderen',
  'message-report.title': 'Bildirilen mesaj',
  'message-reports.about': 'Özel konuşmalarda alıcısının bildirdiği mesajlar. Açılan mesajın metni görünür; her bakış denetim kaydına yazılır.',
  'message-reports.none': 'Eşleşen bildirim yok',
  'message-reports.title': 'Bildirilen mesajlar',
  'message-report-act.dismiss': 'Bildirimi reddet',
  'message-report-act.uphold': 'Bildirimi haklı bul',
  'message-report-was.dismiss': 'reddedildi',
  'message-report-was.uphold': 'haklı bulundu',
  'message-report-why.dismiss': 'Mesaj olduğu gibi kalabilir. Bildirim kapanır.',
  'message-report-why.uphold': 'Bildiren haklı. Bildirim kapanır; gönderenin askıya alınıp alınmayacağına hesabında karar verilir.',
}
