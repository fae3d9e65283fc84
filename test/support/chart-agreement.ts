/** What a chart of the page draws beside what REST tells of the same steps. */
import type { OverviewAnswer, SeriesAnswer, Without } from '@smacktalk/contract'
import { eventually } from './eventually.ts'
import type { Product } from './start-product.ts'
import type { ShownChart, WatchedPage } from './watched-page.ts'

export interface Agreement {
  readonly shown: WatchedPage
  readonly ask: Product['ask']
  /** Login of the channel whose chart is shown; null: the chart of all channels. */
  readonly channel: string | null
  readonly step: 'minute' | 'second'
  /** What the chart leaves out. */
  readonly without?: readonly Without[]
  /** Steps with messages that must be drawn at least. */
  readonly stepsMin: number
}

/** Slow enough for a cluster that shares its cores. */
const AGREE_MS = 90_000

/** The chart and REST agree on every closed step that both know; data on their way are waited for. */
export async function chartAgrees(agreement: Agreement): Promise<void> {
  const { shown, channel, step, stepsMin } = agreement
  const chart = channel === null ? 'overview' : 'channel'
  let last: unknown[] = []
  await eventually(
    `${chart} by ${step}s agrees with REST`,
    async () => {
      const drawn = (await shown.charts())[chart]
      if (drawn === undefined || drawn.live !== (step === 'second')) return false
      const pairs = await inPairs(drawn, agreement)
      last = pairs.filter(({ onPage, inRest }) => onPage !== inRest)
      const told = pairs.filter(({ onPage }) => onPage !== null && onPage > 0)
      return last.length === 0 && told.length >= stepsMin
    },
    { withinMs: AGREE_MS, everyMs: 500, context: () => `They differ in ${JSON.stringify(last)}` },
  )
}

async function inPairs(drawn: ShownChart, { ask, channel: login, step, without = [] }: Agreement) {
  const times = drawn.times.slice(0, drawn.running)
  const to = Date.parse(times.at(-1) ?? '') + drawn.stepMs
  const range = `from=${times[0]}&to=${new Date(to).toISOString()}&step=${step}&without=${without.join()}`
  const lines = new Map<string, readonly (number | null)[]>()
  if (login === null) {
    const { channels } = await ask<OverviewAnswer>(`/overview?${range}`)
    for (const { id, name, messages } of channels) lines.set(id ?? name, messages)
  } else {
    const { channel, points } = await ask<SeriesAnswer>(`/channels/${login}/series?${range}`)
    lines.set(
      channel.id ?? channel.name,
      points.map(({ messages }) => messages),
    )
  }
  return drawn.series.flatMap(({ id, messages }) =>
    times.map((t, index) => {
      const [onPage = null, inRest = null] = [messages[index], lines.get(id)?.[index]]
      // Seconds without a message are unknown on one side and nought on the other; both draw nothing.
      return step === 'second'
        ? { t, id, onPage: onPage ?? 0, inRest: inRest ?? 0 }
        : { t, id, onPage, inRest }
    }),
  )
}
