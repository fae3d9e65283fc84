import { useState, useSyncExternalStore } from 'react'
import { adminToken } from '../rest/admin-token.ts'
import { Dialog } from './dialog.tsx'

/** Asks for the admin token when a change was refused without it. */
export function AdminTokenDialog() {
  const question = useSyncExternalStore(adminToken.subscribe, adminToken.question)
  const [typed, setTyped] = useState('')
  if (question === null) return null
  const answer = (token: string | null) => {
    setTyped('')
    question.answer(token)
  }
  return (
    <Dialog title="Admin token" onClose={() => answer(null)} narrow>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (typed !== '') answer(typed.trim())
        }}
      >
        <div className="dialog-body">
          <p className="dialog-words">{question.detail}</p>
          <label className="field">
            <span className="field-label">Token</span>
            <input
              type="password"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
        </div>
        <footer>
          <span className="dialog-note">Kept until this page is closed.</span>
          <button type="submit" className="button primary" disabled={typed === ''}>
            Go on
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
