import { makeDailyRound, type DailyRoundPorts } from '#application/payments/daily-round.js'
import { isOpen } from '#domain/payments/follow-up.js'
import type { Round } from '#domain/payments/round.js'
import { createdKey, DAY_MS } from '#domain/time.js'
import type { Ports } from '../use-cases.js'
import { eachGateway, instead, type PlantedBug } from './planted-bug.js'

const onRound = (name: string, change: (ports: Ports) => Partial<DailyRoundPorts>): PlantedBug => ({
  name,
  useCases: (_useCases, ports) => ({ dailyRound: makeDailyRound({ ...ports, abandonMs: DAY_MS, ...change(ports) }) }),
})

/** Bugs in the daily round. */
export const ROUND_BUGS: readonly PlantedBug[] = [
  onRound('a round that skips settled payments', ({ payments }) => ({
    payments: instead(payments, {
      list: async (filter, page) => {
        const { items, nextKey } = await payments.list(filter, page)
        return { items: items.filter(isOpen), nextKey }
      },
    }),
  })),
  onRound('a round that stores how far it has come before it has come there', ({ payments, rounds }) => {
    let mine = null as Round | null
    return {
      rounds: instead(rounds, {
        claim: async (day, claim) => {
          const round = await rounds.claim(day, claim)
          if (mine === null || mine.day <= day) mine = round
          return round
        },
      }),
      payments: instead(payments, {
        list: async (filter, page) => {
          const found = await payments.list(filter, page)
          const last = found.items.at(-1)
          if (mine !== null && last !== undefined) await rounds.save({ ...mine, step: 'recent', cursor: createdKey(last.createdAt, last.paymentId) })
          return found
        },
      }),
    }
  }),
  onRound('a round that takes silence for an answer', (ports) => ({
    gateways: eachGateway(ports, (gateway) => ({
      lookup: async (payment) => {
        const answer = await gateway.lookup(payment)
        return answer.kind === 'unknown' ? { kind: 'found', facts: [] } : answer
      },
    })),
  })),
  { name: 'a daily round that is never made', useCases: () => ({ dailyRound: async () => false }) },
]
