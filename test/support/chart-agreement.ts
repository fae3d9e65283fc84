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
  /** What the chart draws. */
  readonly step: DrawnStep
  /** What the view leaves out. */
  readonly without?: readonly Without[]
  /** Steps with messages that must be drawn at least. */
  readonly stepsMin: number
}

/** A drawn step, and the stored one that it is a sum of. */
const DRAWN_STEPS = {
  second: { stepMs: 1_000, ask: 'second' },
  minute: { stepMs: 60_000, ask: 'minute' },
  'five minutes': { stepMs: 300_000, ask: 'minute' },
  hour: { stepMs: 3_600_000, ask: 'hour' },
  day: { stepMs: 86_400_000, ask: 'day' },
} as const
export type DrawnStep = keyof typeof DRAWN_STEPS

/** Slow enough for a cluster that shares its cores. */
const AGREE_MS = 90_000

/** The chart and REST agree on every closed step that both know; data on their way are waited for. */
export async function chartAgrees(agreement: Agreement): Promise<void> {
  const { shown, channel, step, stepsMin } = agreement
  const chart = channel === null ? 'overview' : 'channel'
  let last: unknown[] = []
  let told = 0
  await eventually(
    `${chart} by the ${step} agrees with REST`,
    async () => {
      const drawn = (await shown.charts())[chart]
      if (drawn === undefined || drawn.stepMs !== DRAWN_STEPS[step].stepMs) return false
      if (drawn.live !== (step === 'second')) return false
      const pairs = await inPairs(drawn, agreement)
      last = pairs.filter(({ onPage, inRest }) => onPage !== inRest)
      told = pairs.filter(({ onPage }) => onPage !== null && onPage > 0).length
      return last.length === 0 && told >= stepsMin
    },
    {
      withinMs: AGREE_MS,
      everyMs: 500,
      context: () => `${told} steps have messages; they differ in ${JSON.stringify(last)}`,
    },
  )
}

/** The steps of a chart, or of a table that was taken from it, on which it and REST differ. */
export async function differences(drawn: ShownChart, agreement: Agreement): Promise<unknown[]> {
  const pairs = await inPairs(drawn, agreement)
  return pairs.filter(({ onPage, inRest }) => onPage !== inRest)
}

/** What a CSV of a chart says, as the chart itself would; `series` of the chart name the columns, in their order. */
export function chartOfCsv(csv: string, { series, stepMs, live }: ShownChart): ShownChart {
  const [head, ...rows] = csv
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','))
  const columns = head?.slice(3) ?? []
  if (columns.length !== series.length) throw new Error(`Columns of another chart: ${columns.join()}`)
  const counting = rows.findIndex(([, , state]) => state === 'counting')
  const numbers = (column: number): (number | null)[] =>
    rows.map((row) => (row[column + 3] === '' ? null : Number(row[column + 3])))
  return {
    ...{ stepMs, live, levels: [] },
    times: rows.map(([t]) => t ?? ''),
    series: series.map(({ id, slot }, column) => ({ id, slot, messages: numbers(column) })),
    running: counting === -1 ? rows.length : counting,
  }
}

async function inPairs(drawn: ShownChart, { ask, channel: login, step, without = [] }: Agreement) {
  const times = drawn.times.slice(0, drawn.running)
  const to = Date.parse(times.at(-1) ?? '') + drawn.stepMs
  const range = `from=${times[0]}&to=${new Date(to).toISOString()}&step=${DRAWN_STEPS[step].ask}`
  const leftOut = without.length === 0 ? '' : `&without=${without.join(',')}`
  const lines = new Map<string, readonly (number | null)[]>()
  if (login === null) {
    const { points, channels } = await ask<OverviewAnswer>(`/overview?${range}${leftOut}`)
    const starts = points.map(({ t }) => t)
    for (const { id, name, messages } of channels) lines.set(id ?? name, summed(starts, messages, drawn))
  } else {
    const { channel, points } = await ask<SeriesAnswer>(`/channels/${login}/series?${range}${leftOut}`)
    const starts = points.map(({ t }) => t)
    lines.set(
      channel.id ?? channel.name,
      summed(
        starts,
        points.map(({ messages }) => messages),
        drawn,
      ),
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

/** Stored steps added up into drawn ones; what holds no known step is not known. */
function summed(
  starts: readonly string[],
  counts: readonly (number | null)[],
  { times, stepMs }: ShownChart,
): (number | null)[] {
  const first = Date.parse(times[0] ?? '')
  const sums: (number | null)[] = new Array(times.length).fill(null)
  for (const [index, start] of starts.entries()) {
    const place = Math.floor((Date.parse(start) - first) / stepMs)
    const count = counts[index] ?? null
    if (count !== null) sums[place] = (sums[place] ?? 0) + count
  }
  return sums
}
