import type { Catalog } from './en.js'

export const tr: Catalog = {
  greeting: 'Merhaba{hasName, select, yes { {name}} other {}},',
  unsubscribe: 'Bu tür e-postaları artık almak istemiyorum',
  footer: 'BasVideo bu e-postayı hesabınızdaki veya ödemenizdeki bir gelişme nedeniyle gönderdi.',
  kinds: {
    payment_succeeded: {
      subject: '{money} tutarındaki ödemeniz alındı',
      body: ['{orderId} numaralı sipariş için {money} tutarındaki ödemeniz alındı.', 'Ödeme: {paymentId}'],
      action: 'Ödemeyi gör',
      sms: 'BasVideo: {orderId} numaralı sipariş için {money} tutarındaki ödemeniz alındı.',
    },
    payment_failed: {
      subject: '{money} tutarındaki ödemeniz gerçekleşmedi',
      body: ['{orderId} numaralı sipariş için {money} tutarındaki ödemeniz gerçekleşmedi. Kartınızdan para çekilmedi.', 'Başka bir kartla yeniden sipariş verebilirsiniz.'],
      action: 'Ödemeyi gör',
      sms: 'BasVideo: {orderId} numaralı sipariş için {money} tutarındaki ödemeniz gerçekleşmedi.',
    },
    payment_refunded: {
      subject: '{money} iade edildi',
      body: ['{orderId} numaralı sipariş için ödemenizin {money} tutarı iade edildi. Birkaç gün içinde bankanızda görünür.', 'Ödeme: {paymentId}'],
      action: 'Ödemeyi gör',
      sms: 'BasVideo: {orderId} numaralı sipariş için {money} iade edildi.',
    },
    payment_action_required: {
      subject: '{money} tutarındaki ödemenizi onaylayın',
      body: ['Bankanız, {orderId} numaralı sipariş için {money} tutarındaki ödemeyi onaylamanızı bekliyor.'],
      action: 'Ödemeyi onayla',
      sms: 'BasVideo: {orderId} numaralı sipariş için {money} tutarındaki ödemenizi onaylayın.',
    },
    payment_attention: {
      subject: '{money} tutarındaki bir ödeme ilgi bekliyor',
      body: ['{cause, select, open {Alıcı ödemeye itiraz etti} lost {İtiraz alıcı lehine sonuçlandı, tutar geri alındı} won {İtiraz satıcı lehine sonuçlandı} prevented {İtiraz kayıpsız kapandı} warning {Alıcının bankası ödeme hakkında bilgi istiyor} other {Ödemeye bir yetkilinin bakması gerekiyor}}: {paymentId}, {orderId} numaralı sipariş, {money}.'],
      action: 'Ödemeyi gör',
      sms: 'BasVideo: {cause, select, open {alıcı ödemeye itiraz etti} lost {itiraz alıcı lehine sonuçlandı} won {itiraz satıcı lehine sonuçlandı} prevented {itiraz kayıpsız kapandı} warning {alıcının bankası bilgi istiyor} other {ödemeye bir yetkilinin bakması gerekiyor}}: {orderId} numaralı sipariş, {money}.',
    },
    message_received: {
      subject: '{isPlainName, select, yes {{senderName}: {count, plural, one {yeni bir mesaj} other {# yeni mesaj}}} other {{count, plural, one {Yeni bir mesajınız var} other {# yeni mesajınız var}}}}',
      body: ['{conversations, plural, one {{hasSender, select, yes {{senderName}} other {Bir kişi}} size {count, plural, one {bir mesaj} other {# mesaj}} gönderdi, henüz okumadınız.} other {# konuşmada okumadığınız {count, plural, one {bir mesaj} other {# mesaj}} var.}}'],
      action: 'Oku ve yanıtla',
      sms: 'BasVideo: {conversations, plural, one {{hasSender, select, yes {{senderName}} other {bir kişi}} size {count, plural, one {yeni bir mesaj} other {# yeni mesaj}} gönderdi.} other {# konuşmada {count, plural, one {yeni bir mesaj} other {# yeni mesaj}} var.}}',
    },
    error_new: {
      subject: 'Serviste yeni ya da yinelenen bir hata var',
      body: ['Serviste bir hata ilk kez ya da çözüldükten sonra yeniden oluştu: {errorId}', 'Ayrıntıları GET /api/admin/errors/{errorId} gösterir.'],
      action: null,
      sms: 'BasVideo: serviste yeni ya da yinelenen bir hata var.',
    },
    phone_confirmation: {
      subject: 'Telefon numaranızı doğrulayın',
      body: ['Telefon numaranızı, ona gönderdiğimiz kodla doğrulayın.'],
      action: null,
      sms: 'BasVideo: telefon numaranızı doğrulayan kod {code}. 10 dakika geçerlidir. Kimseyle paylaşmayın.',
    },
    password_reset: {
      subject: 'Yeni parola belirleyin',
      body: ['Biri, büyük olasılıkla siz, hesabınız için yeni bir parola belirlemek istiyor. Bağlantı bir kez kullanılabilir.', 'Siz değilseniz yapmanız gereken bir şey yok: parolanız aynı kalır.'],
      action: 'Yeni parola belirle',
      sms: 'BasVideo: e-postamızdaki bağlantıyla yeni parola belirleyin.',
    },
    email_verification: {
      subject: 'E-posta adresinizi doğrulayın',
      body: ['Bu adresin size ait olduğunu lütfen doğrulayın. Bağlantı bir kez kullanılabilir.', 'BasVideo hesabınız yoksa yapmanız gereken bir şey yok.'],
      action: 'Adresi doğrula',
      sms: 'BasVideo: e-postamızdaki bağlantıyla adresinizi doğrulayın.',
    },
    password_changed: {
      subject: 'Parolanız değiştirildi',
      body: ['Hesabınızın parolası değiştirildi.', 'Siz değilseniz hemen yeni parola isteyin ve bize yazın.'],
      action: null,
      sms: 'BasVideo: hesabınızın parolası değiştirildi.',
    },
    new_address: {
      subject: 'Hesabınızın yeni adresini doğrulayın',
      body: ['BasVideo hesabınızda bu adresi kullanmak istediniz. Değiştirmek için bağlantıyı açın. Bağlantı bir kez kullanılabilir.', 'Siz istemediyseniz bağlantıyı açmayın: bu adres başka birinin hesabına geçerdi.'],
      action: 'Adresi değiştir',
      sms: 'BasVideo: e-postamızdaki bağlantıyla hesabınızın yeni adresini doğrulayın.',
    },
    email_changed: {
      subject: 'Hesabınızın adresi değiştirildi',
      body: ['Hesabınızın artık başka bir e-posta adresi var; bu adres artık o hesaba ait değil.', 'Siz değilseniz hemen bize yazın.'],
      action: null,
      sms: 'BasVideo: hesabınızın adresi değiştirildi.',
    },
    account_exists: {
      subject: 'Zaten bir hesabınız var',
      body: ['Biri, büyük olasılıkla siz, bu adresle hesap açmak istedi; bu adresin zaten bir hesabı var.', 'Bu hesapla giriş yapın, parolanızı unuttuysanız yeni parola isteyin.'],
      action: 'Giriş yap',
      sms: 'BasVideo: zaten bir hesabınız var.',
    },
  },
}
