import { useState } from 'react'
import { Icon } from '../shell/icons.tsx'
import { switchSource } from '../shell/switch-source.ts'

interface NoChannelsProps {
  onAdd: () => void
  /** Whether the demo world can be shown instead: in one process, and not while it is. */
  demoPossible: boolean
}

export function NoChannels({ onAdd, demoPossible }: NoChannelsProps) {
  const [switching, setSwitching] = useState(false)
  const tryDemo = async () => {
    setSwitching(true)
    // Once it has changed, the page starts afresh.
    if (!(await switchSource('demo', 'No demo data'))) setSwitching(false)
  }
  return (
    <section className="panel page-notice">
      <div className="notice">
        <svg width="132" height="44" viewBox="0 0 132 44" fill="none" aria-hidden="true">
          <path
            d="M2 34h36l5-7 5 11 6-22 6 24 5-6h65"
            stroke="var(--line-strong)"
            strokeWidth="2"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
          <circle cx="130" cy="34" r="2" fill="var(--signal-text)" />
        </svg>
        <h3>No channels yet</h3>
        <p>Add the channels you want to count. Counting starts the moment they are joined.</p>
        <p className="notice-actions">
          <button type="button" className="button primary" onClick={onAdd}>
            <Icon name="plus" />
            Add channels
          </button>
          {demoPossible && (
            <button type="button" className="button" disabled={switching} onClick={() => void tryDemo()}>
              {switching ? 'Switching' : 'Try demo data'}
            </button>
          )}
        </p>
      </div>
    </section>
  )
}
