import { zoneName } from '../format/times.ts'
import { Dialog } from './dialog.tsx'
import { setKeysEnabled, useKeysEnabled } from './keys.ts'

/** The sign between two keys that stand for all from the one to the other. */
const TO = '–'

const KEYS: readonly (readonly [what: string, keys: readonly string[]])[] = [
  ['Find a channel or user', ['/']],
  ['Live, 1 h, 24 h, 7 d, custom', ['1', TO, '5']],
  ['Leave out bots, commands, shared copies', ['B', 'C', 'S']],
  ['Add channels', ['A']],
  ['Copy link to this view', ['L']],
  ['Move the crosshair, with Shift the range', ['←', '→']],
  ['Switch theme', ['T']],
  ['This help', ['?']],
  ['Close, or leave a custom time', ['Esc']],
]

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const enabled = useKeysEnabled()
  return (
    <Dialog title="Keyboard and times" onClose={onClose} narrow>
      <div className="dialog-body">
        <dl className="key-list">
          {KEYS.map(([what, keys]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>
                {keys.map((key) => (key === TO ? <span key={key}>{key}</span> : <kbd key={key}>{key}</kbd>))}
              </dd>
            </div>
          ))}
        </dl>
        <label className="check-line">
          <input
            type="checkbox"
            checked={enabled}
            onChange={(event) => setKeysEnabled(event.currentTarget.checked)}
          />
          Single keys do this; never while typing
        </label>
        <p className="help-zone">
          Times are those of your time zone, {zoneName(Date.now())}. Days are counted from midnight UTC.
        </p>
      </div>
    </Dialog>
  )
}
