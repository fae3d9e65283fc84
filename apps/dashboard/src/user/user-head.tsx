import type { UserAnswer } from '@smacktalk/contract'
import { DAY_MS } from '@smacktalk/contract'
import { useState } from 'react'
import { channelLabel, initials, tameName } from '../format/names.ts'
import { plural } from '../format/numbers.ts'
import { roughDuration } from '../format/times.ts'
import { serverNow } from '../live/server-clock.ts'
import { copyLink } from '../shell/copy-link.ts'
import { Icon } from '../shell/icons.tsx'
import { usePageKeys } from '../shell/keys.ts'
import { DayRangeDialog } from './day-range-dialog.tsx'
import { USER_RANGES, type UserRange, userSpan } from './user-range.ts'
import { newest } from './user-view.ts'

interface UserHeadProps {
  /** As the address names the person, until an answer knows better. */
  name: string
  user: UserAnswer | null
  range: UserRange
  onRange: (range: UserRange) => void
}

export function UserHead({ name, user, range, onRange }: UserHeadProps) {
  const shown = tameName(user?.displayName ?? name)
  return (
    <div className="page-head">
      <div className="crumb">
        <span className="user-mark" aria-hidden="true">
          {initials(user?.login ?? name).toLowerCase()}
        </span>
        <div className="crumb-words">
          <h1 className="ellipsis">
            <bdi>{shown}</bdi>
          </h1>
          <p className="page-sub">{user === null ? '\u00a0' : <Known user={user} />}</p>
        </div>
      </div>
      <div className="page-end">
        <DaySwitch range={range} onRange={onRange} />
        <button type="button" className="button" onClick={() => void copyLink()}>
          <Icon name="link" />
          Copy link
        </button>
      </div>
    </div>
  )
}

function Known({ user: { id, channels, lastAt } }: { user: UserAnswer }) {
  const last = newest(channels)
  return (
    <>
      User id <span className="user-id">{id}</span>
      <span className="not-phone">
        {` · counted in ${plural(channels.length, 'channel')}`}
        {lastAt !== null &&
          last !== null &&
          ` · seen ${roughDuration(serverNow() - Date.parse(lastAt))} ago in ${channelLabel(last)}`}
      </span>
    </>
  )
}

function DaySwitch({ range, onRange }: Pick<UserHeadProps, 'range' | 'onRange'>) {
  const [asking, setAsking] = useState(false)
  const ask = () => setAsking(true)
  usePageKeys({
    ...Object.fromEntries(USER_RANGES.map(({ id }, index) => [String(index + 1), () => onRange({ id })])),
    [USER_RANGES.length + 1]: ask,
  })
  const now = serverNow()
  const span = userSpan(range, now) ?? userSpan({ id: '30d' }, now)
  return (
    <>
      <fieldset className="switch">
        <legend className="spoken">Days</legend>
        {USER_RANGES.map(({ id, label }) => (
          <button key={id} type="button" aria-pressed={id === range.id} onClick={() => onRange({ id })}>
            {label}
          </button>
        ))}
        <button type="button" aria-pressed={range.id === 'custom'} aria-haspopup="dialog" onClick={ask}>
          {range.id === 'custom' ? plural((range.to - range.from) / DAY_MS, 'day') : 'Custom'}
        </button>
      </fieldset>
      {asking && span !== null && (
        <DayRangeDialog
          span={span}
          onTake={(taken) => onRange({ id: 'custom', ...taken })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
