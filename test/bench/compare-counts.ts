import type { ExpectedCounts } from './simulated-log.ts'

export interface CountedTotals {
  readonly messages: number
  readonly events: number
  readonly duplicates: number
  readonly late: number
  readonly dropped: number
}

/** A sentence for each number that is not what the lines say. */
export function compareCounts(
  expected: ExpectedCounts,
  totals: CountedTotals,
  messagesInMinutes: number,
): string[] {
  const { messages, events, duplicates, late, dropped } = totals
  const pairs: [string, number, number][] = [
    ['records judged', expected.records, messages + events + duplicates + late + dropped],
    ['messages', expected.messageIds.size, messages],
    ['messages in the minute rows', expected.messageIds.size, messagesInMinutes],
    ['late records', 0, late],
  ]
  return pairs
    .filter(([, wanted, counted]) => wanted !== counted)
    .map(([what, wanted, counted]) => `${what}: ${wanted} sent, ${counted} counted.`)
}
