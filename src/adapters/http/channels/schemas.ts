import { Type } from '@sinclair/typebox'
import { CHANNEL_KINDS, CHANNEL_ROLES, CHANNEL_TEXT_MAX_CHARACTERS } from '#domain/channels/channel.js'
import { SHOWN } from '#domain/text.js'
import { Place, PlaceBody, PositionText } from '../rooms/schemas.js'
import { listOf, pageQuery } from '../shared/lists.js'
import { EntityId, known, nullable, oneOf, strict, Timestamp, UserId } from '../shared/schemas.js'

const Name = Type.String({ pattern: `^(?=.*${SHOWN})(?:[^\\p{C}]|[\\u200c\\u200d]){1,80}$`, description: 'A name of 1 to 80 characters, of which one can be seen' })

const exampleChannel = {
  channelId: 'chn_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  name: 'Scarf lovers',
  kind: 'public',
  ownerId: 'ada',
  memberCount: 12,
  messageCount: 340,
  lastMessageAt: '2026-11-23T13:01:00.000Z',
  createdAt: '2026-11-23T12:00:00.000Z',
  updatedAt: '2026-11-23T12:00:00.000Z',
  version: 1,
  you: { role: 'member', unread: 3 },
}

export const Channel = Type.Object({
  channelId: Type.String(),
  name: Type.String(),
  kind: known(CHANNEL_KINDS, 'treat one you do not know as `private`'),
  ownerId: Type.String(),
  memberCount: Type.Integer(),
  messageCount: Type.Integer({ description: 'All messages, deleted ones too' }),
  lastMessageAt: nullable(Timestamp),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'Grows with each edit. An edit names the version that it changes' }),
  you: nullable(Type.Object({
    role: known(CHANNEL_ROLES, 'treat one you do not know as `member`'),
    unread: Type.Integer({ description: 'Messages behind the last one that you have read' }),
  }, { title: 'ChannelMembership', description: 'Null where you are no member, and in the list of public channels' })),
}, { $id: 'Channel', examples: [exampleChannel] })

export const ChannelList = listOf('ChannelList', Channel)

export const CreateChannelBody = Type.Object({ name: Name, kind: oneOf(CHANNEL_KINDS) }, { $id: 'CreateChannelBody', ...strict, examples: [{ name: 'Scarf lovers', kind: 'public' }] })

export const EditChannelBody = Type.Object({
  version: Type.Integer({ minimum: 1, description: 'The version that is edited' }),
  name: Name,
}, { $id: 'EditChannelBody', ...strict, examples: [{ version: 1, name: 'Scarves and hats' }] })

const GIVEN_ROLES = ['moderator', 'member', 'banned'] as const
export const ChannelRoleBody = Type.Object({ role: oneOf(GIVEN_ROLES) }, { $id: 'ChannelRoleBody', ...strict, examples: [{ role: 'moderator' }] })

export const ChannelMember = Type.Object({
  userId: Type.String(),
  role: known(CHANNEL_ROLES, 'treat one you do not know as `member`'),
  since: Timestamp,
}, { $id: 'ChannelMember', examples: [{ userId: 'ayse', role: 'member', since: '2026-11-23T13:00:00.000Z' }] })

export const ChannelMemberList = listOf('ChannelMemberList', ChannelMember)

export const SendChannelMessageBody = Type.Object({
  text: Type.String({ minLength: 1, maxLength: CHANNEL_TEXT_MAX_CHARACTERS }),
  clientMessageId: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Your id of the message. A repeat within 10 minutes sends nothing and returns the first message' })),
  replyTo: Type.Optional(PlaceBody),
}, { $id: 'SendChannelMessageBody', ...strict, examples: [{ text: 'Who has seen the blue one?', clientMessageId: 'm-1' }] })

export const ChannelMessage = Type.Object({
  messageId: Type.String(),
  position: Type.String({ description: 'Where the message lies. Requests that name a message name its position too' }),
  number: Type.Integer({ description: 'Which message of the channel it is, from 1' }),
  senderId: Type.String(),
  text: nullable(Type.String({ description: 'Null when the message is deleted' })),
  replyTo: nullable(Place),
  createdAt: Timestamp,
}, {
  $id: 'ChannelMessage',
  examples: [{ messageId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10', position: '12.0', number: 7, senderId: 'ayse', text: 'Who has seen the blue one?', replyTo: null, createdAt: '2026-11-23T13:01:00.000Z' }],
})

export const ChannelMessageList = listOf('ChannelMessageList', ChannelMessage)

export const ReadChannelBody = Type.Object({ position: PositionText }, { $id: 'ReadChannelBody', ...strict, examples: [{ position: '12.0' }] })
export const ChannelUnread = Type.Object({ unread: Type.Integer({ description: 'Messages behind the last one that you have read' }) }, { $id: 'ChannelUnread', examples: [{ unread: 0 }] })

export const PublicChannelsQuery = pageQuery({ q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of the name, in any case and with any accents' })) })
export const ChannelMembersQuery = pageQuery({ of: Type.Optional(oneOf(['members', 'banned'])) })
export const ChannelParams = Type.Object({ channelId: EntityId })
export const ChannelMemberParams = Type.Object({ channelId: EntityId, userId: UserId })
export const ChannelMessageParams = Type.Object({ channelId: EntityId, messageId: EntityId })
