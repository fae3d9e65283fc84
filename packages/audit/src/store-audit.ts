import { AUDITS_PARTITION, timeKey } from '@smacktalk/contract'
import type { RowStore } from '@smacktalk/ports'
import { encodeFeed } from '@smacktalk/wire'
import { type AuditOutcome, SPAN_KINDS } from './audit-outcome.ts'

/** Keeps what an audit has come to, so that it can be shown with its age. `at` is when it ended, epoch ms. */
export async function storeAudit(store: RowStore, outcome: AuditOutcome, at: number): Promise<void> {
  const { channels, records, differences, extent } = outcome
  const spans = SPAN_KINDS.reduce((sum, kind) => sum + outcome.spans[kind].compared, 0)
  const { from, to } = extent ?? { from: 0, to: 0 }
  await store.write([
    {
      table: 'audits',
      partition: AUDITS_PARTITION,
      row: timeKey(at),
      position: 0,
      writtenAt: at * 1_000,
      value: encodeFeed('audit', { at, from, to, channels, spans, records, differences }),
    },
  ])
}
