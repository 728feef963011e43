import type { NotificationKind } from '#domain/notifications/notification.js'

/** The texts of a kind, in ICU's message format: https://unicode-org.github.io/icu/userguide/format_parse/messages/ */
export interface Texts {
  readonly subject: string
  /** Paragraphs of the mail. */
  readonly body: readonly string[]
  /** The text of the link. Null where the kind has no link. */
  readonly action: string | null
  readonly sms: string
}

/** The texts of a language. A catalog without a kind does not compile. */
export interface Catalog {
  readonly greeting: string
  readonly unsubscribe: string
  readonly footer: string
  readonly kinds: Readonly<Record<NotificationKind, Texts>>
}

export const en: Catalog = {
  greeting: 'Hello{hasName, select, yes { {name}} other {}},',
  unsubscribe: 'No more mails of this kind',
  footer: 'BasVideo sends this mail because of what happened in your account or to a payment of yours.',
  kinds: {
    payment_succeeded: {
      subject: 'Your payment of {money} has arrived',
      body: ['We have received your payment of {money} for the order {orderId}.', 'Payment: {paymentId}'],
      action: 'See the payment',
      sms: 'BasVideo: your payment of {money} for the order {orderId} has arrived.',
    },
    payment_failed: {
      subject: 'Your payment of {money} did not go through',
      body: ['Your payment of {money} for the order {orderId} did not go through. Nothing was charged.', 'You can order again with another card.'],
      action: 'See the payment',
      sms: 'BasVideo: your payment of {money} for the order {orderId} did not go through.',
    },
    payment_refunded: {
      subject: '{money} was refunded to you',
      body: ['{money} of your payment for the order {orderId} was refunded. Your bank shows it within some days.', 'Payment: {paymentId}'],
      action: 'See the payment',
      sms: 'BasVideo: {money} for the order {orderId} was refunded.',
    },
    payment_action_required: {
      subject: 'Please confirm your payment of {money}',
      body: ['Your bank waits for you to confirm the payment of {money} for the order {orderId}.'],
      action: 'Confirm the payment',
      sms: 'BasVideo: please confirm your payment of {money} for the order {orderId}.',
    },
    payment_attention: {
      subject: 'A payment of {money} needs attention',
      body: ['{cause, select, open {A buyer disputes the payment} lost {The buyer has won the dispute, and the money is gone. Payment} won {The shop has won the dispute about the payment} prevented {A dispute was settled without a loss. Payment} warning {The bank of a buyer inquires about the payment} other {A person should look at the payment}} {paymentId} for the order {orderId}: {money}.'],
      action: 'See the payment',
      sms: 'BasVideo: {cause, select, open {a buyer disputes the payment} lost {a buyer has won the dispute about the payment} won {the shop has won the dispute about the payment} prevented {a dispute about the payment was settled without a loss} warning {the bank of a buyer inquires about the payment} other {a person should look at the payment}} for the order {orderId}: {money}.',
    },
    message_received: {
      subject: '{isPlainName, select, yes {{count, plural, one {A new message} other {# new messages}} from {senderName}} other {{count, plural, one {A new message} other {# new messages}}}}',
      body: ['{conversations, plural, one {You have {count, plural, one {a message} other {# messages}} from {hasSender, select, yes {{senderName}} other {a person}} that you have not read yet.} other {You have {count, plural, one {a message} other {# messages}} in # conversations that you have not read yet.}}'],
      action: 'Read and answer',
      sms: 'BasVideo: {conversations, plural, one {{count, plural, one {a new message} other {# new messages}} from {hasSender, select, yes {{senderName}} other {a person}}.} other {{count, plural, one {a new message} other {# new messages}} in # conversations.}}',
    },
    shipment_shipped: {
      subject: 'Your order is on its way',
      body: ['Your order {orderId} is on its way{hasCarrier, select, yes { with {carrier}} other {}}.{hasTrackingNumber, select, yes { The tracking number is {trackingNumber}.} other {}}'],
      action: 'See the order',
      sms: 'BasVideo: your order {orderId} is on its way{hasCarrier, select, yes { with {carrier}} other {}}.',
    },
    shipment_out_for_delivery: {
      subject: 'Your order arrives today',
      body: ['Your order {orderId} is out for delivery, and should arrive today.'],
      action: 'See the order',
      sms: 'BasVideo: your order {orderId} is out for delivery, and should arrive today.',
    },
    shipment_delivered: {
      subject: 'Your order was delivered',
      body: ['Your order {orderId} was delivered.', 'If you do not have it, please write to the seller.'],
      action: 'See the order',
      sms: 'BasVideo: your order {orderId} was delivered.',
    },
    shipment_delivery_failed: {
      subject: 'Your order could not be delivered',
      body: ['Your order {orderId} could not be delivered{hasCarrier, select, yes { by {carrier}} other {}}.{hasFailure, select, yes { The carrier says: {failure}.} other {}}', 'Most carriers try once more.'],
      action: 'See the order',
      sms: 'BasVideo: your order {orderId} could not be delivered{hasCarrier, select, yes { by {carrier}} other {}}.',
    },
    shipment_returned: {
      subject: 'A parcel is back with you',
      body: ['The parcel of the order {orderId} could not be delivered, or was sent back, and is with you again.', 'Shipment: {shipmentId}'],
      action: 'See the order',
      sms: 'BasVideo: the parcel of the order {orderId} is back with you.',
    },
    shipment_attention: {
      subject: 'A shipment needs attention',
      body: ['{flag, select, outcome_unknown {The carrier does not say whether it has made a label} refused_by_carrier {The carrier has refused the shipment} tracking_silent {The carrier has not scanned the parcel for a long time} moved_after_cancel {The parcel moves although its label was canceled} refunded_in_transit {The payment was refunded while the parcel is on its way} cancel_refused {The carrier does not cancel the label} price_mismatch {The carrier charges another price than it offered} address_changed {The carrier has changed the address} other {A person should look at the shipment}}: {shipmentId}, for the order {orderId}.'],
      action: 'See the order',
      sms: 'BasVideo: a shipment of the order {orderId} needs attention.',
    },
    order_to_ship: {
      subject: 'An order waits to be shipped',
      body: ['The order {orderId} was paid with {money}, and has not been shipped yet.'],
      action: 'See the order',
      sms: 'BasVideo: the order {orderId} was paid, and has not been shipped yet.',
    },
    error_new: {
      subject: 'An error of the service is new, or back',
      body: ['The service has met an error for the first time, or again after it was resolved: {errorId}', 'GET /api/admin/errors/{errorId} shows it.'],
      action: null,
      sms: 'BasVideo: an error of the service is new, or back.',
    },
    phone_confirmation: {
      subject: 'Confirm your phone number',
      body: ['Confirm your phone number with the code that we have sent to it.'],
      action: null,
      sms: 'BasVideo: {code} is the code that confirms your phone number. It is valid for 10 minutes. Give it to no other person.',
    },
    password_reset: {
      subject: 'Choose a new password',
      body: ['A new password was requested for your account. The link works once.', 'If it was not you, there is nothing to do: your password stays as it is.'],
      action: 'Choose a new password',
      sms: 'BasVideo: choose a new password by the link in our mail.',
    },
    email_verification: {
      subject: 'Confirm your e-mail address',
      body: ['Please confirm that this address is yours. The link works once.', 'If you have no account at BasVideo, there is nothing to do.'],
      action: 'Confirm the address',
      sms: 'BasVideo: confirm your e-mail address by the link in our mail.',
    },
    password_changed: {
      subject: 'Your password was changed',
      body: ['The password of your account was changed.', 'If it was not you, ask for a new password at once and write to us.'],
      action: null,
      sms: 'BasVideo: the password of your account was changed.',
    },
    new_address: {
      subject: 'Confirm the new address of your account',
      body: ['You asked to have this address in your account at BasVideo. Open the link to change it. The link works once.', 'If you did not ask for it, do not open the link: it would give this address to the account of another person.'],
      action: 'Change the address',
      sms: 'BasVideo: confirm the new address of your account by the link in our mail.',
    },
    email_changed: {
      subject: 'The address of your account was changed',
      body: ['Your account has another e-mail address now, and this one no longer belongs to it.', 'If it was not you, write to us at once.'],
      action: null,
      sms: 'BasVideo: the address of your account was changed.',
    },
    second_factor_on: {
      subject: 'Your account has a second factor now',
      body: ['From now on, signing in to your account takes a code of your app beside the password. Keep the recovery codes in a safe place.', 'If it was not you, ask for a new password at once and write to us.'],
      action: null,
      sms: 'BasVideo: your account has a second factor now.',
    },
    second_factor_off: {
      subject: 'Your account has no second factor any more',
      body: ['The second factor of your account was switched off. The password alone is enough to sign in.', 'If you did not ask for it, change your password at once and write to us.'],
      action: null,
      sms: 'BasVideo: your account has no second factor any more.',
    },
    account_exists: {
      subject: 'You have an account already',
      body: ['A new account was requested for this address, and there is one already.', 'Sign in with it, or ask for a new password if you have forgotten yours.'],
      action: 'Sign in',
      sms: 'BasVideo: you have an account already.',
    },
  },
}
