import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ChannelUseCases } from '#application/channels/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { PositionQuery } from '../rooms/schemas.js'
import { positionOf } from '../rooms/view.js'
import { asStored, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { Done, DONE, IdempotencyHeader, ref } from '../shared/schemas.js'
import * as schemas from './schemas.js'
import { byId, channelMessageView, channelView } from './view.js'

export const channelMessageRoutes: FastifyPluginAsyncTypebox<ChannelUseCases> = async (app, { sendChannelMessage, listChannelMessages, deleteChannelMessage, readChannel, deleteChannel }) => {
  app.post('/api/channels/:channelId/messages', {
    config: { policy: 'user', refuses: ['not_found', 'forbidden', 'banned', 'message_length', 'idempotency_key_reused'] },
    schema: {
      ...describe('sendChannelMessage', 'Channels', 'Write in a channel, as a member'),
      params: schemas.ChannelParams,
      body: ref(schemas.SendChannelMessageBody),
      response: { 200: ref(schemas.ChannelMessage), 201: ref(schemas.ChannelMessage) },
    },
  }, async (request, reply) => {
    const { text, clientMessageId = null, replyTo } = request.body
    const place = replyTo === undefined ? null : { messageId: replyTo.messageId, position: positionOf(replyTo.position) }
    const sent = await sendChannelMessage({ userId: userOf(request), channelId: request.params.channelId, text, replyTo: place, key: clientMessageId })
    return await reply.code(sent.replayed ? 200 : 201).headers(sent.replayed ? REPLAYED : {}).send(channelMessageView(sent))
  })

  app.get('/api/channels/:channelId/messages', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['not_found'] },
    schema: {
      ...describe('listChannelMessages', 'Channels', 'List the messages of a channel, newest first'),
      params: schemas.ChannelParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(schemas.ChannelMessageList) },
    },
  }, async (request) => {
    const { channelId } = request.params
    return await pageOf(`channel messages ${channelId}`, request.query, async (page) => await listChannelMessages({ caller: callerOf(request), channelId, ...page }), channelMessageView)
  })

  app.delete('/api/channels/:channelId/messages/:messageId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('deleteChannelMessage', 'Channels', 'Delete a message, as its sender or a moderator. Its text is cleared for good'),
      params: schemas.ChannelMessageParams,
      querystring: PositionQuery,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await deleteChannelMessage({ caller: callerOf(request), ...request.params, position: positionOf(request.query.position) })
    return DONE
  })

  app.put('/api/channels/:channelId/read', {
    config: { policy: 'user', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('readChannel', 'Channels', 'Mark a message, and everything before it, as read. A mark never goes back'),
      params: schemas.ChannelParams,
      body: ref(schemas.ReadChannelBody),
      response: { 200: ref(schemas.ChannelUnread) },
    },
  }, async (request) =>
    ({ unread: await readChannel({ userId: userOf(request), channelId: request.params.channelId, position: positionOf(request.body.position) }) }))

  app.delete('/api/channels/:channelId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('deleteChannel', 'Channels', 'Delete a channel for everyone, as its owner or an administrator. A repeat changes nothing'),
      params: schemas.ChannelParams,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await deleteChannel({ caller: callerOf(request), ...request.params })
    return DONE
  })
}

export const channelRoutes: FastifyPluginAsyncTypebox<ChannelUseCases> = async (app, useCases) => {
  const { createChannel, listChannelsOf, listPublicChannels, getChannel, editChannel, joinChannel, leaveChannel, listChannelMembers, setChannelMember } = useCases

  app.post('/api/channels', {
    config: { policy: 'user', refuses: ['not_found', 'idempotency_key_reused'] },
    schema: {
      ...describe('createChannel', 'Channels', 'Create a channel, as its owner'),
      headers: IdempotencyHeader,
      body: ref(schemas.CreateChannelBody),
      response: { 200: ref(schemas.Channel), 201: ref(schemas.Channel) },
    },
  }, async (request, reply) => {
    const { channel: { channelId }, replayed } = await createChannel({ userId: userOf(request), key: idempotencyKeyOf(request), ...request.body })
    return await reply.code(replayed ? 200 : 201).headers(replayed ? REPLAYED : {}).send(channelView(await getChannel({ caller: callerOf(request), channelId })))
  })

  app.get('/api/channels', {
    config: { policy: 'user' },
    schema: {
      ...describe('listChannels', 'Channels', 'List your channels, with what you have not read'),
      querystring: PageOnlyQuery,
      response: { 200: ref(schemas.ChannelList) },
    },
  }, async (request) => {
    const userId = userOf(request)
    return await pageOf('channels', request.query, byId(async (page) => await listChannelsOf({ userId, ...page })), channelView)
  })

  app.get('/api/channels/public', {
    config: { policy: 'user-or-admin', scope: 'read' },
    schema: {
      ...describe('listPublicChannels', 'Channels', 'List public channels by a part of their name, newest first'),
      querystring: schemas.PublicChannelsQuery,
      response: { 200: ref(schemas.ChannelList) },
    },
  }, async ({ query: { q = null, ...query } }) =>
    await pageOf(JSON.stringify(['public channels', q]), query, async (page) => await listPublicChannels({ q, ...page }), channelView))

  app.get('/api/channels/:channelId', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('getChannel', 'Channels', 'Read a channel, and what you are in it'),
      params: schemas.ChannelParams,
      response: { 200: ref(schemas.Channel) },
    },
  }, async (request) => channelView(await getChannel({ caller: callerOf(request), ...request.params })))

  app.patch('/api/channels/:channelId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found', 'version_conflict'] },
    schema: {
      ...describe('editChannel', 'Channels', 'Change the name of a channel, as its owner or an administrator'),
      params: schemas.ChannelParams,
      body: ref(schemas.EditChannelBody),
      response: { 200: ref(schemas.Channel) },
    },
  }, async (request) => {
    const command = { caller: callerOf(request), ...request.params }
    await editChannel({ ...command, ...request.body })
    return channelView(await getChannel(command))
  })

  for (const [step, operationId, run, refuses, summary] of [
    ['join', 'joinChannel', joinChannel, ['banned', 'channel_full'], 'Become a member of a public channel. A repeat changes nothing'],
    ['leave', 'leaveChannel', leaveChannel, ['forbidden'], 'Leave a channel. Its owner stays'],
  ] as const) {
    app.post(`/api/channels/:channelId/${step}`, {
      config: { policy: 'user', refuses: ['not_found', ...refuses] },
      schema: { ...describe(operationId, 'Channels', summary), params: schemas.ChannelParams, response: { 200: ref(Done) } },
    }, async (request) => {
      await run({ userId: userOf(request), ...request.params })
      return DONE
    })
  }

  app.get('/api/channels/:channelId/members', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('listChannelMembers', 'Channels', 'List the members of a channel by their ids, as a member, or those whom it bans, as a moderator'),
      params: schemas.ChannelParams,
      querystring: schemas.ChannelMembersQuery,
      response: { 200: ref(schemas.ChannelMemberList) },
    },
  }, async (request) => {
    const { params: { channelId }, query: { of = 'members', ...query } } = request
    return await pageOf(`channel ${of} ${channelId}`, query,
      byId(async (page) => await listChannelMembers({ caller: callerOf(request), channelId, isBanned: of === 'banned', ...page })), asStored)
  })

  app.put('/api/channels/:channelId/members/:userId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found', 'channel_full', 'sanction_limit'] },
    schema: {
      ...describe('setChannelMember', 'Channels', 'Make a person a member or a moderator, or ban them, as a moderator. The owner names moderators'),
      params: schemas.ChannelMemberParams,
      body: ref(schemas.ChannelRoleBody),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await setChannelMember({ caller: callerOf(request), ...request.params, role: request.body.role })
    return DONE
  })

  app.delete('/api/channels/:channelId/members/:userId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('removeChannelMember', 'Channels', 'Remove a member from a channel, or lift a ban, as a moderator'),
      params: schemas.ChannelMemberParams,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await setChannelMember({ caller: callerOf(request), ...request.params, role: null })
    return DONE
  })
}
