import { WITHOUT_NAMES, type Without } from '@smacktalk/contract'
import type { ReactNode } from 'react'
import { removal } from '../format/numbers.ts'
import { Icon } from '../shell/icons.tsx'
import type { LeftOut } from './leave-out.ts'

const WORDS: Readonly<Record<Without, string>> = {
  bots: 'Bots',
  commands: 'Commands',
  shared: 'Shared-chat copies',
}

interface LeaveOutRowProps {
  without: readonly Without[]
  /** Null while it is not known. */
  numbers: LeftOut | null
  onToggle: (name: Without) => void
  /** At the right: how many of how many are counted. */
  children: ReactNode
}

/** Chips that leave messages out of all figures they can change, with the exact number each removes. */
export function LeaveOutRow({ without, numbers, onToggle, children }: LeaveOutRowProps) {
  return (
    <div className="leave-out">
      <fieldset className="chips strip-scroll">
        <legend className="spoken">Leave out of all figures</legend>
        <span className="chips-label" aria-hidden="true">
          Leave out
        </span>
        {WITHOUT_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={without.includes(name)}
            onClick={() => onToggle(name)}
          >
            <Icon name="check" size={12} />
            {WORDS[name]} <span className="chip-number">{removal(numbers?.byName[name])}</span>
          </button>
        ))}
      </fieldset>
      <p className="leave-out-sum">{children}</p>
    </div>
  )
}
