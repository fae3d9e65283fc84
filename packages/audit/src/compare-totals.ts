/** The totals of a channel by verdict beside its clock row; only where the log holds everything. */
import type { Account, ClockRow } from '@smacktalk/contract'
import type { AuditOutcome, Difference } from './audit-outcome.ts'
import type { ChannelRecount, Verdict } from './channel-recount.ts'
import { compareTallies } from './compare-span.ts'

const OWN_NAMES: ReadonlySet<string> = new Set(['messages', 'events', 'duplicates', 'late'])

export function compareTotals(
  channel: ChannelRecount,
  clock: ClockRow | undefined,
  outcome: AuditOutcome,
): void {
  const { channelId, channelLogin } = channel
  const differences: Difference[] = []
  const differ = (span: string, name: string, log: string, rows: string): void => {
    differences.push({ channelId, channelLogin, span, name, log, rows })
  }
  compareAccount('channel totals', channel.verdicts, clock?.account, differ)
  const runs = new Map(clock?.runs.map((run) => [run.run, run]))
  for (const name of new Set([...channel.runs.keys(), ...runs.keys()])) {
    const counted = channel.runs.get(name)
    const stored = runs.get(name)
    const span = `run ${name}`
    compareAccount(span, counted?.verdicts ?? new Map(), stored?.account, differ)
    for (const what of ['oldest', 'newest'] as const) {
      const log = timeText(counted?.[what])
      const rows = timeText(stored?.[what])
      if (log !== rows) differ(span, `${what} send time`, log, rows)
    }
  }
  outcome.add('totals', differences)
}

function compareAccount(
  span: string,
  verdicts: ReadonlyMap<Verdict, number>,
  account: Account | undefined,
  differ: (span: string, name: string, log: string, rows: string) => void,
): void {
  const compare = (name: string, log: number, rows: number): void => {
    if (log !== rows) differ(span, name, String(log), account === undefined ? 'nothing' : String(rows))
  }
  for (const name of ['messages', 'events', 'duplicates', 'late'] as const) {
    compare(name, verdicts.get(name) ?? 0, account?.[name] ?? 0)
  }
  const dropped = new Map([...verdicts].filter(([name]) => !OWN_NAMES.has(name)))
  compareTallies('dropped', dropped, account?.dropped ?? [], compare)
}

function timeText(at: number | null | undefined): string {
  return at === null || at === undefined ? 'none' : new Date(at).toISOString()
}
