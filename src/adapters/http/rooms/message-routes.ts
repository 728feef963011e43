import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED, takeNoBodyAsEmpty } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { PageOnlyQuery, pageOf } from '../shared/lists.js'
import { Done, DONE, IdempotencyHeader, ref } from '../shared/schemas.js'
import * as schemas from './schemas.js'
import { messageView, positionOf, replayView, reportView } from './view.js'

export const roomMessageRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, useCases) => {
  const { sendRoomMessage, listRoomMessages, replayRoom, deleteRoomMessage, reportRoomMessage, listRoomReports, resolveRoomReport, announce } = useCases

  app.post('/api/rooms/:roomId/messages', {
    config: {
      policy: 'user',
      refuses: ['not_found', 'banned', 'muted', 'room_not_live', 'message_length', 'blocked_word', 'idempotency_key_reused', 'slow_mode', 'room_busy'],
    },
    schema: {
      ...describe('sendRoomMessage', 'Rooms', 'Write in a live room'),
      params: schemas.RoomParams,
      body: ref(schemas.SendRoomMessageBody),
      response: { 200: ref(schemas.RoomMessage), 201: ref(schemas.RoomMessage) },
    },
  }, async (request, reply) => {
    const { text, clientMessageId = null, replyTo } = request.body
    const place = replyTo === undefined ? null : { messageId: replyTo.messageId, position: positionOf(replyTo.position) }
    const sent = await sendRoomMessage({ caller: callerOf(request), userId: userOf(request), roomId: request.params.roomId, text, replyTo: place, key: clientMessageId })
    return await reply.code(sent.replayed ? 200 : 201).headers(sent.replayed ? REPLAYED : {}).send(messageView(sent))
  })

  app.get('/api/rooms/:roomId/messages', {
    config: { policy: 'public', refuses: ['not_found'] },
    schema: {
      ...describe('listRoomMessages', 'Rooms', 'List the messages, announcements and orders of a room, newest first'),
      params: schemas.RoomParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(schemas.RoomMessageList) },
    },
  }, async ({ params: { roomId }, query }) =>
    await pageOf(`room messages ${roomId}`, query, async (page) => await listRoomMessages({ roomId, ...page }), messageView))

  app.get('/api/rooms/:roomId/replay', {
    config: { policy: 'public', refuses: ['not_found', 'room_state'] },
    schema: {
      ...describe('replayRoom', 'Rooms', 'List the messages, announcements and orders of a broadcast as people saw it, oldest first, by the time since its start'),
      params: schemas.RoomParams,
      querystring: schemas.ReplayQuery,
      response: { 200: ref(schemas.RoomReplay) },
    },
  }, async ({ params: { roomId }, query: { sinceStartMs = '0', ...query } }) =>
    await pageOf(`room replay ${roomId} ${sinceStartMs}`, query, async (page) => await replayRoom({ roomId, sinceStartMs: Number(sinceStartMs), ...page }), replayView))

  app.delete('/api/rooms/:roomId/messages/:messageId', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('deleteRoomMessage', 'Rooms', 'Delete a message, as its sender or a moderator. Its text is cleared for good'),
      params: schemas.RoomMessageParams,
      querystring: schemas.PositionQuery,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await deleteRoomMessage({ caller: callerOf(request), ...request.params, position: positionOf(request.query.position) })
    return DONE
  })

  app.post('/api/rooms/:roomId/messages/:messageId/report', {
    config: { policy: 'user', refuses: ['not_found', 'sanction_limit'] },
    schema: {
      ...describe('reportRoomMessage', 'Rooms', 'Report a message to the moderators, once for each person'),
      params: schemas.RoomMessageParams,
      querystring: schemas.PositionQuery,
      body: ref(schemas.ReportBody),
      response: { 202: { ...ref(Done), description: 'Accepted. A second report of the same person changes nothing' } },
    },
  }, async (request, reply) => {
    const { reason, note = null } = request.body
    await reportRoomMessage({ ...request.params, position: positionOf(request.query.position), userId: userOf(request), reason, note })
    return await reply.code(202).send(DONE)
  })

  app.get('/api/rooms/:roomId/reports', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('listRoomReports', 'Rooms', 'List the reported messages that wait for a moderator, at most 100, oldest first'),
      params: schemas.RoomParams,
      response: { 200: ref(schemas.RoomReports) },
    },
  }, async (request) => ({ items: (await listRoomReports({ caller: callerOf(request), roomId: request.params.roomId })).map(reportView) }))

  app.post('/api/rooms/:roomId/reports/:messageId/resolve', {
    config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found', 'sanction_limit'] },
    schema: {
      ...describe('resolveRoomReport', 'Rooms', 'Decide about a reported message: show it again, delete it, or mute or ban its sender'),
      params: schemas.RoomMessageParams,
      body: ref(schemas.ResolveReportBody),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await resolveRoomReport({ caller: callerOf(request), ...request.params, ...request.body })
    return DONE
  })

  app.post('/api/rooms/:roomId/announcements', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['forbidden', 'not_found', 'room_not_live', 'message_length', 'idempotency_key_reused'] },
    schema: {
      ...describe('announceInRoom', 'Rooms', 'Announce something in a scheduled or live room, as a moderator'),
      headers: IdempotencyHeader,
      params: schemas.RoomParams,
      body: ref(schemas.AnnounceBody),
      response: { 200: ref(schemas.RoomMessage), 201: ref(schemas.RoomMessage) },
    },
  }, async (request, reply) => {
    const announced = await announce({ caller: callerOf(request), roomId: request.params.roomId, text: request.body.text, key: idempotencyKeyOf(request) })
    return await reply.code(announced.replayed ? 200 : 201).headers(announced.replayed ? REPLAYED : {}).send(messageView(announced))
  })
}

export const roomMemberRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, { setModerator, setSanction, listRoomMembers, getStanding }) => {
  app.get('/api/rooms/:roomId/members', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('listRoomMembers', 'Rooms', 'List the moderators of a room, or the people whom it mutes or bans, as a moderator'),
      params: schemas.RoomParams,
      querystring: schemas.MembersQuery,
      response: { 200: ref(schemas.RoomMembers) },
    },
  }, async (request) => ({ items: await listRoomMembers({ caller: callerOf(request), roomId: request.params.roomId, kind: request.query.kind }) }))

  app.get('/api/rooms/:roomId/members/me', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: {
      ...describe('getRoomStanding', 'Rooms', 'Read your role in a room, and whether it mutes or bans you'),
      params: schemas.RoomParams,
      response: { 200: ref(schemas.RoomStanding) },
    },
  }, async (request) => await getStanding({ caller: callerOf(request), userId: userOf(request), roomId: request.params.roomId }))

  for (const [method, operationId, isModerator, summary] of [
    ['PUT', 'addModerator', true, 'Make a person a moderator of a room, as its streamer'],
    ['DELETE', 'removeModerator', false, 'End the role of a moderator, as the streamer of the room'],
  ] as const) {
    app.route({
      method,
      url: '/api/rooms/:roomId/members/:userId/moderator',
      config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found', ...(isModerator ? ['sanction_limit'] as const : [])] },
      schema: { ...describe(operationId, 'Rooms', summary), params: schemas.RoomMemberParams, response: { 200: ref(Done) } },
      handler: async (request) => {
        await setModerator({ caller: callerOf(request), ...request.params, isModerator })
        return DONE
      },
    })
  }

  for (const [kind, impose, lift] of [['mute', 'muteInRoom', 'unmuteInRoom'], ['ban', 'banFromRoom', 'unbanFromRoom']] as const) {
    app.put(`/api/rooms/:roomId/members/:userId/${kind}`, {
      config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found', 'sanction_limit'] },
      preValidation: takeNoBodyAsEmpty,
      schema: {
        ...describe(impose, 'Rooms', `Impose a ${kind} on a person, as a moderator. It binds viewers and moderators`),
        params: schemas.RoomMemberParams,
        body: ref(schemas.SanctionBody),
        response: { 200: ref(Done) },
      },
    }, async (request) => {
      const { minutes = null, reason = null } = request.body
      await setSanction({ caller: callerOf(request), ...request.params, kind, isOn: true, minutes, reason })
      return DONE
    })

    app.delete(`/api/rooms/:roomId/members/:userId/${kind}`, {
      config: { policy: 'user-or-admin', scope: 'moderate', refuses: ['forbidden', 'not_found'] },
      schema: { ...describe(lift, 'Rooms', `Lift the ${kind} of a person, as a moderator`), params: schemas.RoomMemberParams, response: { 200: ref(Done) } },
    }, async (request) => {
      await setSanction({ caller: callerOf(request), ...request.params, kind, isOn: false, minutes: null, reason: null })
      return DONE
    })
  }
}
