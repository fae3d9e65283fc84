import { useState } from 'react'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { toastStore } from './toast-store.ts'

/** Offers the way back to Twitch while demo data is shown and Twitch answers. */
export function SourceBar() {
  const [switching, setSwitching] = useState(false)
  const change = async () => {
    setSwitching(true)
    try {
      await api.switchToTwitch()
    } catch (error) {
      setSwitching(false)
      const text = error instanceof ApiError ? error.detail : String(error)
      toastStore.show({ kind: 'error', title: 'Still on demo data', text })
    }
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
