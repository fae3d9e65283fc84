import { useState } from 'react'
import { switchSource } from './switch-source.ts'

/** Offers the way back to Twitch while demo data is shown and Twitch answers. */
export function SourceBar() {
  const [switching, setSwitching] = useState(false)
  const change = async () => {
    setSwitching(true)
    if (!(await switchSource('twitch', 'Still on demo data'))) setSwitching(false)
  }
  return (
    <div className="source-bar" role="status">
      <p>Twitch answers again</p>
      <button type="button" className="button small" disabled={switching} onClick={() => void change()}>
        {switching ? 'Switching' : 'Switch to Twitch'}
      </button>
    </div>
  )
}
