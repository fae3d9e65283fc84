import { DAY_MS, HOUR_MS, type TopKind } from '@smacktalk/contract'
import { EmotePicture } from '../emotes/emote-picture.tsx'
import { tameName } from '../format/names.ts'
import { compact } from '../format/numbers.ts'
import { serverNow } from '../live/server-clock.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { OverlayFrame } from './overlay-frame.tsx'
import type { OverlayOptions, OverlaySpan } from './overlay-options.ts'
import { useSlot } from './use-slot.ts'

/** Top lists reach the store every five seconds. */
const REFRESH_MS = 5_000
/** Bots that may stand among the first: so many more are asked for. */
const SPARE_PLACES = 20

const TITLES: Readonly<Record<'emotes' | 'chatters', string>> = {
  emotes: 'Top emotes',
  chatters: 'Top chatters',
}
const SPAN_WORDS: Readonly<Record<OverlaySpan, string>> = { hour: 'this hour', day: 'today' }

interface TopBoardProps {
  kind: Extract<TopKind, 'emotes' | 'chatters'>
  options: OverlayOptions
}

/** The first places of the running hour or UTC day. People who opted out are in no list the server gives. */
export function TopBoard({ kind, options }: TopBoardProps) {
  const { channel, places, span, bots } = options
  const slot = useSlot(channel)
  const status = useQuery(kind === 'chatters' && !bots ? 'status' : null, api.status, { refreshMs: 60_000 })
  const top = useQuery(
    channel === '' ? null : `${kind} ${channel} ${span} ${places}`,
    (signal) => {
      const stepMs = span === 'hour' ? HOUR_MS : DAY_MS
      const from = Math.floor(serverNow() / stepMs) * stepMs
      return api.top(channel, { kind, from, to: from + stepMs, limit: places + SPARE_PLACES }, signal)
    },
    { refreshMs: REFRESH_MS, group: channel },
  )
  const hidden = new Set(bots ? [] : (status.data?.bots ?? []))
  const entries = (top.data?.entries ?? [])
    .filter(({ label }) => !(kind === 'chatters' && hidden.has(label.toLowerCase())))
    .slice(0, places)
  const most = entries[0]?.count ?? 1
  return (
    <OverlayFrame
      options={options}
      className="overlay-tops"
      fresh={top.data !== null && top.error === null}
      slot={slot}
    >
      <h2>
        {TITLES[kind]} {SPAN_WORDS[span]}
      </h2>
      <ol>
        {entries.map(({ key, label, count }, index) => (
          <li key={key}>
            {kind === 'emotes' ? (
              <EmotePicture emote={key} code={label} shown={options.pictures} />
            ) : (
              <span className="overlay-place">{index + 1}</span>
            )}
            <bdi className="overlay-name">{tameName(label)}</bdi>
            <span className="overlay-count">{compact(count)}</span>
            <i style={{ '--share': count / most } as React.CSSProperties} />
          </li>
        ))}
      </ol>
    </OverlayFrame>
  )
}
