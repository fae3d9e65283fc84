import { useId, useState } from 'react'
import { Dialog } from './dialog.tsx'

interface SpanDialogProps {
  title: string
  /** Of the two fields. */
  labels: readonly [string, string]
  type: 'date' | 'datetime-local'
  /** What the fields begin with, as the browser writes such fields. */
  begin: readonly [string, string]
  /** Beside the button. */
  note: string
  /** What is wrong with the two fields; null when nothing is. */
  fault: (first: string, last: string) => string | null
  onTake: (first: string, last: string) => void
  onClose: () => void
}

/** Asks for a beginning and an end. */
export function SpanDialog({ title, labels, type, begin, note, fault, onTake, onClose }: SpanDialogProps) {
  const [first, setFirst] = useState(begin[0])
  const [last, setLast] = useState(begin[1])
  const faultId = useId()
  const wrong = fault(first, last)
  const field = (label: string, value: string, take: (value: string) => void) => (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        type={type}
        value={value}
        aria-describedby={faultId}
        onChange={(event) => take(event.currentTarget.value)}
      />
    </label>
  )
  return (
    <Dialog title={title} onClose={onClose} narrow>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong !== null) return
          onTake(first, last)
          onClose()
        }}
      >
        <div className="dialog-body custom-range">
          {field(labels[0], first, setFirst)}
          {field(labels[1], last, setLast)}
          <p id={faultId} role="status" className="dialog-failure">
            {wrong}
          </p>
        </div>
        <footer>
          <span className="dialog-note">{note}</span>
          <button type="submit" className="button primary" disabled={wrong !== null}>
            Show
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
