import type { ChannelState } from '@smacktalk/contract'
import { useSyncExternalStore } from 'react'
import { StateGlyph } from '../channels/channel-state.tsx'
import { Icon } from './icons.tsx'
import { type Toast, toastStore } from './toast-store.ts'

const GLYPH: Record<Toast['kind'], ChannelState> = { done: 'joined', warning: 'lost', error: 'suspended' }

export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.all)
  return (
    <div className="toasts">
      {toasts.map(({ id, kind, title, text, action }) => (
        <div key={id} className={`toast toast-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
          <StateGlyph state={GLYPH[kind]} />
          <div className="toast-words">
            <b>
              <bdi>{title}</bdi>
            </b>
            <p>{text}</p>
            {action !== null && (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  toastStore.dismiss(id)
                  action.run()
                }}
              >
                {action.label}
              </button>
            )}
          </div>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss"
            onClick={() => toastStore.dismiss(id)}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  )
}
