import { WITHOUT_NAMES, type Without } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import { sumKnown } from '../ranges/aggregate.ts'
import { type ChartRange, type Span, sumPieces } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { type Query, useQuery } from '../rest/use-query.ts'
import { type ChoiceSums, type LeftOut, leftOut, neededChoices } from './leave-out.ts'

/** Asks for the exact numbers that leaving things out removes from a stored range. Live asks nothing. */
export function useLeftOut(
  name: string,
  range: ChartRange,
  without: readonly Without[],
  epoch: number,
): Query<LeftOut> {
  const group = range.id === 'live' ? null : `left out ${name} ${range.key}`
  return useQuery(
    group === null ? null : `${group} ${WITHOUT_NAMES.filter((each) => without.includes(each)).join()}`,
    async (signal) => {
      const span = range.span(serverNow())
      const choices = neededChoices(without)
      return leftOut(without, await Promise.all(choices.map((choice) => sumsOf(name, span, choice, signal))))
    },
    { refreshMs: range.refreshMs, epoch, group },
  )
}

async function sumsOf(
  name: string,
  span: Span,
  without: readonly Without[],
  signal: AbortSignal,
): Promise<ChoiceSums> {
  const answers = await Promise.all(
    sumPieces(span).map((piece) => api.series(name, { ...piece, without }, signal)),
  )
  return {
    messages: sumKnown(answers.map(({ totals }) => totals['messages'] ?? null)),
    emoteMessages: sumKnown(answers.map(({ totals }) => totals['emoteMessages'] ?? null)),
  }
}
