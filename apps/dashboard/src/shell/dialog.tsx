import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { Icon } from './icons.tsx'

interface DialogProps {
  title: string
  /** Called once it is closed, by a button, Esc or a press beside it. */
  onClose: () => void
  narrow?: boolean
  children: ReactNode
}

/** A modal dialog; a sheet from below on the phone. The browser traps the focus and gives it back. */
export function Dialog({ title, onClose, narrow = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Closed while it still is in the document: out of it, the browser would give the focus back to nobody.
  useLayoutEffect(() => {
    const { current } = dialog
    if (current !== null && !current.open) {
      current.showModal()
      // The browser would choose the first control, which closes it.
      current.querySelector('textarea')?.focus()
    }
    return () => current?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the dialog; Esc does the same by key
    <dialog
      ref={dialog}
      className={narrow ? 'dialog dialog-narrow' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className="dialog-box">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
