/** A recounted span beside its row. */
import { COUNT_NAMES, EXACT_CHATTERS_MAX, emptyClasses, type SpanRow, type Tally } from '@smacktalk/contract'
import type { SpanCount } from './span-count.ts'

/** A number and what both sides say of it. */
export type Unequal = readonly [name: string, log: string, rows: string]

const CLASS_WORDS = ['bots', 'commands', 'shared'] as const

/** Every name of metrics.md that the recount knows; `row` is null when there is none. */
export function compareSpan(counted: SpanCount, row: SpanRow | null): Unequal[] {
  const unequal: Unequal[] = []
  const compare = (name: string, log: number, rows: number): void => {
    if (log !== rows) unequal.push([name, String(log), row === null ? 'nothing' : String(rows)])
  }
  for (const name of ['messages', 'characters', 'emoteUses'] as const) {
    const rows = row?.[name] ?? emptyClasses()
    counted[name].forEach((count, index) => {
      compare(`${name}${classText(index)}`, count, rows[index] ?? 0)
    })
  }
  for (const name of COUNT_NAMES) compare(name, counted.counts[name], row?.counts[name] ?? 0)
  compareTallies('otherNotices', counted.otherNotices, row?.otherNoticesByKind ?? [], compare)
  compareTallies('dropped', counted.dropped, row?.droppedByReason ?? [], compare)
  compare('peakPerSecond', counted.peakPerSecond, row?.peakPerSecond ?? 0)
  unequal.push(...compareChatters(counted.chatters, row))
  return unequal
}

/** `` for plain messages, ` of bots and commands` for class 3. */
function classText(index: number): string {
  const words = CLASS_WORDS.filter((_, bit) => (index & (1 << bit)) !== 0)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}

export function compareTallies(
  name: string,
  counted: ReadonlyMap<string, number>,
  stored: readonly Tally[],
  compare: (name: string, log: number, rows: number) => void,
): void {
  const rows = new Map(stored.map((tally) => [tally.name, tally.count]))
  for (const kind of new Set([...counted.keys(), ...rows.keys()])) {
    compare(`${name} as ${kind}`, counted.get(kind) ?? 0, rows.get(kind) ?? 0)
  }
}

/** Ids are compared one by one while a row keeps them; an estimate only has to be of more than that. */
function compareChatters(counted: ReadonlySet<string>, row: SpanRow | null): Unequal[] {
  const many = counted.size > EXACT_CHATTERS_MAX
  const log = many ? `more than ${EXACT_CHATTERS_MAX}` : String(counted.size)
  if (row === null) return counted.size === 0 ? [] : [['chatters', log, 'nothing']]
  const { exact, registers } = row.chatters
  if (registers !== null)
    return many ? [] : [['chatters', log, `an estimate of more than ${EXACT_CHATTERS_MAX}`]]
  if (many || exact.length !== counted.size) return [['chatters', log, String(exact.length)]]
  const strangers = exact.filter((userId) => !counted.has(userId)).length
  return strangers === 0 ? [] : [['chatters', log, `${exact.length}, ${strangers} of them other people`]]
}
