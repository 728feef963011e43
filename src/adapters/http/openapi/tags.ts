export const TAGS = {
  Accounts: 'Registration, sessions and profiles',
  Messages: 'Messages and conversations between two users',
  Payments: 'Charges, refunds and webhooks of payment providers',
  Shipping: 'Parcels of paid orders, and the places they go to',
  Streamers: 'Minutes that a streamer may broadcast',
  Rooms: 'Live rooms with their chat, products and moderators',
  Channels: 'Lasting groups with their members and messages',
  Notifications: 'E-mails and text messages to users, and their preferences',
  'Back office': 'For administrators',
  Console: 'The sessions of the operators\' console',
  Service: 'Health and metrics',
}
