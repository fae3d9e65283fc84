import { clock } from '../format/times.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { staleNotes } from './emote-notes.ts'
import { switchPictures, usePictures } from './pictures-choice.ts'

const STATUS_EVERY_MS = 30_000

/** Beneath a list of emotes: how old they may be, and the switch for their pictures. */
export function EmoteFoot() {
  const isShown = usePictures()
  const status = useQuery('status emotes', api.status, { refreshMs: STATUS_EVERY_MS })
  const notes = staleNotes(status.data?.emotes ?? [], clock)
  return (
    <p className="emote-foot">
      {notes.map(({ text, title }) => (
        <span key={text} title={title}>
          {text}
        </span>
      ))}
      <button
        type="button"
        className="pill"
        aria-pressed={isShown}
        title="Pictures come from Twitch, BTTV, FFZ and 7TV; without them this page asks nobody but its own server."
        onClick={switchPictures}
      >
        Pictures
      </button>
    </p>
  )
}
