import type { ChannelSummary } from '@smacktalk/contract'
import { useState } from 'react'
import { count, plural } from '../format/numbers.ts'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { Dialog } from '../shell/dialog.tsx'
import { toastStore } from '../shell/toast-store.ts'
import { joinSeconds, newLogins, readTypedNames } from './typed-names.ts'

interface AddChannelsProps {
  channels: readonly ChannelSummary[]
  onClose: () => void
}

/** Longest text that is read while typing: far more names than anyone pastes. */
const TYPED_CHARACTERS_MAX = 60_000

/** Takes names or links in any mix, checks them while they are typed, and says how long joining takes. */
export function AddChannels({ channels, onClose }: AddChannelsProps) {
  const [typed, setTyped] = useState('')
  const [sending, setSending] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  /** What the server said no to, by login. */
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map())
  const names = readTypedNames(typed, new Set(channels.map(({ name }) => name)))
  const logins = newLogins(names).filter((login) => !refused.has(login))
  const waiting = channels.filter(({ state }) => state === 'queued').length

  const add = async () => {
    if (logins.length === 0 || sending) return
    setSending(true)
    setFailure(null)
    try {
      const { results } = await api.addChannels(logins)
      const wrong = results.filter(({ status }) => status >= 400)
      const right = results.filter(({ status }) => status < 400)
      const first = right[0]
      if (first !== undefined) {
        const rest = right.length > 1 ? ` and ${count(right.length - 1)} more` : ''
        toastStore.show({
          kind: 'done',
          title: `${plural(right.length, 'channel')} added`,
          text: `${first.name}${rest}. Counting starts the moment they are joined.`,
        })
      }
      if (wrong.length === 0) return onClose()
      setRefused(new Map(wrong.map(({ name, reason }) => [name, reason ?? 'was refused'])))
      setTyped(wrong.map(({ name }) => name).join(' '))
    } catch (error) {
      setFailure(error instanceof ApiError ? error.detail : String(error))
    }
    setSending(false)
  }

  return (
    <Dialog title="Add channels" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <div className="dialog-body">
          <label htmlFor="channel-names">
            Paste names or links, separated by spaces, commas or new lines.
          </label>
          <textarea
            id="channel-names"
            rows={4}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            maxLength={TYPED_CHARACTERS_MAX}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void add()
            }}
          />
          <ul className="typed" aria-live="polite" aria-label="What was read">
            {names.map(({ key, shown, login, verdict, remark, reason }) => {
              const said = login === null ? undefined : refused.get(login)
              const kind = said === undefined ? verdict : 'wrong'
              return (
                <li
                  key={key}
                  className={`typed-${kind}`}
                  title={said ?? (reason === '' ? undefined : reason)}
                >
                  <bdi>{shown}</bdi>
                  {(said ?? remark) !== '' && <small>{said ?? remark}</small>}
                </li>
              )
            })}
          </ul>
          {failure !== null && (
            <p className="dialog-failure" role="alert">
              Nothing was added. {failure}
            </p>
          )}
        </div>
        <footer>
          <p className="dialog-note">
            {logins.length > 0 && (
              <>
                <b>{count(logins.length)} new</b> · {logins.length > 1 && 'all '}joined in about{' '}
                {joinSeconds(logins.length, waiting)} s
              </>
            )}
          </p>
          <button type="button" className="button quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={logins.length === 0 || sending}>
            {logins.length === 0 ? 'Add channels' : `Add ${plural(logins.length, 'channel')}`}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
