import type { Usual } from '@smacktalk/contract'
import { useMemo } from 'react'
import type { Plot } from '../charts/plot.ts'
import { NO_USUAL, type UsualLine, usualLine } from '../charts/usual-line.ts'
import { serverNow } from '../live/server-clock.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'

const MINUTE_MS = 60_000
/** A channel that is new has no usual yet: it may have one a minute later. */
const REFRESH_MS = MINUTE_MS

interface Band {
  readonly name: string
  readonly slot: number | null
}

/** What is usual in each channel that has a line of its own; asks nothing while it is not wanted. */
export function useChannelUsuals(
  plot: Plot | null,
  nameOf: (id: string) => string | undefined,
  wanted: boolean,
): readonly UsualLine[] {
  const bands = (plot?.series ?? [])
    .flatMap(({ id, slot }): Band[] => {
      const name = nameOf(id)
      return name === undefined ? [] : [{ name, slot }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const { data } = useQuery(
    wanted && bands.length > 0 ? `usuals ${bands.map(({ name }) => name).join()}` : null,
    (signal) => Promise.all(bands.map((band) => usualOf(band, signal))),
    // When a band changes, the lines of the others stay until all are known again.
    { refreshMs: REFRESH_MS, group: wanted ? 'usuals' : null },
  )
  return useMemo(
    () =>
      data === null || !wanted
        ? NO_USUAL
        : data.flatMap(({ usual, slot }) => (usual === null ? [] : [usualLine(usual, slot)])),
    [data, wanted],
  )
}

async function usualOf({ name, slot }: Band, signal: AbortSignal): Promise<{ usual: Usual | null } & Band> {
  const to = serverNow()
  const { usual } = await api.moments(name, { from: to - MINUTE_MS, to }, signal)
  return { name, slot, usual }
}
