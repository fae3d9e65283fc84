import type { TopAnswer, TopKind, TopListEntry } from '@smacktalk/contract'
import type { ReactNode } from 'react'
import { userAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { EmoteFoot } from '../emotes/emote-foot.tsx'
import { providerOf } from '../emotes/emote-notes.ts'
import { EmotePicture } from '../emotes/emote-picture.tsx'
import { tameName } from '../format/names.ts'
import { compact, count, estimate, percent, plural } from '../format/numbers.ts'
import { clock, dayAndClock } from '../format/times.ts'
import type { Query } from '../rest/use-query.ts'
import { PanelError } from '../shell/panel-states.tsx'
import type { ListWhole } from './list-whole.ts'

export const TOP_TITLES: Readonly<Record<TopKind, string>> = {
  chatters: 'Top chatters',
  emotes: 'Top emotes',
  words: 'Top words',
  commands: 'Top commands',
  mentions: 'Top mentions',
}

/** Counts that may be too high carry a sign of their own. */
const APPROXIMATE = 'So many that only the first thousand are followed; places near the end may be missing.'

/** Places of a list. */
export const PLACES = 8

interface TopListProps {
  kind: TopKind
  top: Query<TopAnswer>
  /** What the counts are parts of; null while it is not known. */
  whole: ListWhole | null
  /** Labels, lower case, that are not shown: bots that are left out. */
  hidden: ReadonlySet<string>
}

/** The first places of one kind, each with a bar to compare by and its share. */
export function TopList({ kind, top, whole, hidden }: TopListProps) {
  const { data, error, reload } = top
  const entries = (data?.entries ?? [])
    .filter(({ label }) => !hidden.has(label.toLowerCase()))
    .slice(0, PLACES)
  const most = entries[0]?.count ?? 1
  return (
    <section className="panel" aria-label={TOP_TITLES[kind]}>
      <header className="panel-head">
        <h2>{TOP_TITLES[kind]}</h2>
        <span className="panel-note panel-note-end" title={data?.approximate ? APPROXIMATE : undefined}>
          {data === null ? '\u00a0' : [...wholeWords(kind, whole), spanOf(data)].join(' · ')}
        </span>
      </header>
      {data === null && error !== null && (
        <PanelError what={TOP_TITLES[kind].toLowerCase()} error={error} onRetry={reload} />
      )}
      {data !== null && entries.length === 0 && <p className="list-empty">None in this time.</p>}
      <ol className="rank">
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            className={kind === 'emotes' ? 'rank-pictured' : undefined}
            style={{ '--share': entry.count / most } as React.CSSProperties}
          >
            <span className="rank-place">{index + 1}</span>
            {kind === 'emotes' && <EmotePicture emote={entry.key} code={tameName(entry.label)} />}
            <span className="rank-label ellipsis">{labelOf(kind, entry)}</span>
            <b title={titleOf(entry)}>{estimate(entry.count, entry.maxError, compact)}</b>
            <span className="rank-share" title={SHARE_TITLES[kind]}>
              {shareText(kind, entry.count, whole)}
            </span>
          </li>
        ))}
      </ol>
      {kind === 'emotes' && <EmoteFoot />}
    </section>
  )
}

function labelOf(kind: TopKind, { key, label }: TopListEntry): ReactNode {
  const shown = <bdi>{tameName(label)}</bdi>
  if (kind === 'emotes') {
    return (
      <>
        {shown} <span className="rank-provider">{providerOf(key)}</span>
      </>
    )
  }
  return kind === 'chatters' ? <Link to={userAddress(`id:${key}`)}>{shown}</Link> : shown
}

/** What a share is one of. */
const SHARE_TITLES: Readonly<Record<TopKind, string>> = {
  chatters: 'of all messages in these hours, copies of Shared Chat left out',
  emotes: 'of all emote uses in these hours',
  words: 'per 100 messages in these hours',
  commands: 'of all messages in these hours',
  mentions: 'per 100 messages in these hours',
}

function shareText(kind: TopKind, counted: number, whole: ListWhole | null): string {
  const all = (kind === 'emotes' ? whole?.emoteUses : whole?.messages) ?? null
  return all === null || all === 0 ? '' : percent(Math.min(1, counted / all), kind === 'chatters' ? 2 : 1)
}

/** `of ≈5,204`, `61,340 uses`: what a list is the top of. */
function wholeWords(kind: TopKind, whole: ListWhole | null): string[] {
  if (kind === 'words') return ['without emotes and stop words']
  if (kind === 'chatters' && whole !== null && whole.chatters !== null) {
    return [`of ${estimate(whole.chatters, whole.chattersError)}`]
  }
  if (kind === 'emotes' && whole !== null && whole.emoteUses !== null) {
    return [plural(whole.emoteUses, 'use')]
  }
  return []
}

function titleOf({ count: counted, messages, maxError }: TopListEntry): string {
  const parts = [count(counted)]
  if (messages !== undefined) parts.push(`in ${count(messages)} messages`)
  if (maxError > 0) parts.push(`at most ${count(maxError)} too high`)
  return parts.join(', ')
}

/** Lists are kept by the hour: which hours these are. */
function spanOf({ from, to }: TopAnswer): string {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const sameDay = end - start <= 86_400_000
  return sameDay ? `${clock(start)} – ${clock(end)}` : `since ${dayAndClock(start)}`
}
