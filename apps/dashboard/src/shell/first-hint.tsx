import { useState } from 'react'
import { useKeysEnabled } from './keys.ts'
import { readStored, writeStored } from './stored.ts'
import { useNarrow } from './use-media.ts'

const STORED = 'hint'

/** What one does not see: how to look closer and where the keys are. Gone for good once it was read. */
export function FirstHint() {
  const [seen, setSeen] = useState(() => readStored(STORED) === 'seen')
  const narrow = useNarrow()
  const keys = useKeysEnabled()
  if (seen) return null
  const read = () => {
    writeStored(STORED, 'seen')
    setSeen(true)
  }
  return (
    <aside className="source-bar first-hint" aria-label="First steps">
      <p>
        <b>First time here?</b>{' '}
        {narrow
          ? 'Drag sideways over a chart to read it; a name leads to its page.'
          : 'Drag over a chart to look closer, point at it to read it; a name leads to its page.'}
        {!narrow && keys && (
          <>
            {' '}
            <kbd>/</kbd> finds a channel or person, <kbd>?</kbd> tells the other keys.
          </>
        )}
      </p>
      <button type="button" className="button small" onClick={read}>
        Got it
      </button>
    </aside>
  )
}
