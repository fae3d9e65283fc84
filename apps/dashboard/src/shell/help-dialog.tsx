import { zoneName } from '../format/times.ts'
import { Dialog } from './dialog.tsx'
import { setKeysEnabled, useKeysEnabled } from './keys.ts'

const KEYS: readonly (readonly [what: string, keys: readonly string[]])[] = [
  ['Live, 1 h, 24 h, 7 d, custom', ['1', '2', '3', '4', '5']],
  ['Leave out bots, commands, shared copies', ['B', 'C', 'S']],
  ['Find a channel or user', ['/']],
  ['Add channels', ['A']],
  ['Copy link to this view', ['L']],
  ['Move the crosshair', ['←', '→']],
  ['Move the time shown', ['Shift', '← →']],
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
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
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
