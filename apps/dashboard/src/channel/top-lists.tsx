import type { TopKind } from '@smacktalk/contract'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { type ListWhole, useListWhole } from './list-whole.ts'
import { PLACES, TopList } from './top-list.tsx'

interface TopListsProps {
  name: string
  range: ChartRange
  epoch: number
  /** Logins of bots that are left out of the chatters, lower case. */
  bots: ReadonlySet<string>
  kinds: readonly TopKind[]
}

/** Lists reach the store every five seconds; a long range changes slowly. */
const REFRESH_MS = 10_000
/** Bots that may stand among the first chatters: so many more places are asked for. */
const SPARE_PLACES = 20
const NOBODY: ReadonlySet<string> = new Set()

/** Top lists of a range, rounded outwards to hours because they are kept by the hour. */
export function TopLists({ name, range, epoch, bots, kinds }: TopListsProps) {
  const whole = useListWhole(name, range, epoch)
  return kinds.map((kind) => (
    <OneList
      key={kind}
      kind={kind}
      name={name}
      range={range}
      epoch={epoch}
      whole={whole}
      hidden={kind === 'chatters' ? bots : NOBODY}
    />
  ))
}

interface OneListProps {
  kind: TopKind
  name: string
  range: ChartRange
  epoch: number
  whole: ListWhole | null
  hidden: ReadonlySet<string>
}

function OneList({ kind, name, range, epoch, whole, hidden }: OneListProps) {
  const top = useQuery(
    `top ${kind} ${name} ${range.key}`,
    (signal) => api.top(name, { kind, ...range.span(serverNow()), limit: PLACES + SPARE_PLACES }, signal),
    { refreshMs: Math.max(REFRESH_MS, range.id === 'live' ? 0 : range.refreshMs), epoch },
  )
  return <TopList kind={kind} top={top} whole={whole} hidden={hidden} />
}
