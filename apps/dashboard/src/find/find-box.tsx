import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { navigate } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { Swatch } from '../channels/swatch.tsx'
import { Icon } from '../shell/icons.tsx'
import { usePageKeys } from '../shell/keys.ts'
import { movedTo, type Result, resultsOf } from './find-results.ts'
import { useSearch } from './use-search.ts'

/** Longest text that is looked for; the gateway takes no more. */
const CHARACTERS_MAX = 40

/** Finds channels and people by names old and new; `/` leads here. */
export function FindBox() {
  const [typed, setTyped] = useState('')
  const [open, setOpen] = useState(false)
  const [place, setPlace] = useState(-1)
  const box = useRef<HTMLElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const list = useId()
  const { text, answer, error } = useSearch(open ? typed : '')
  const results = answer === null ? [] : resultsOf(answer)
  const shown = open && typed.trim() !== ''
  usePageKeys({ '/': () => field.current?.focus() })

  const close = (): void => {
    setOpen(false)
    setPlace(-1)
  }
  const go = ({ to }: Result): void => {
    setTyped('')
    close()
    field.current?.blur()
    navigate(to)
  }
  useEffect(() => {
    if (!open) return
    const pressed = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target)) return
      setOpen(false)
      setPlace(-1)
    }
    document.addEventListener('pointerdown', pressed)
    return () => document.removeEventListener('pointerdown', pressed)
  }, [open])

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setPlace(movedTo(place, event.key === 'ArrowDown' ? 1 : -1, results.length))
    } else if (event.key === 'Enter') {
      // What stands there may be the answer to something shorter.
      const chosen = results[place] ?? (text === typed.trim() ? results[0] : undefined)
      if (chosen !== undefined) go(chosen)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      setTyped('')
      close()
      field.current?.blur()
    } else if (event.key === 'Tab') close()
  }

  return (
    <search ref={box} className={open ? 'find open' : 'find'}>
      <Icon name="find" />
      <input
        ref={field}
        type="text"
        className="find-field"
        placeholder="Find a channel or user"
        aria-label="Find a channel or user, by any name"
        role="combobox"
        aria-expanded={shown && results.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={place >= 0 && shown ? `${list}-${place}` : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={CHARACTERS_MAX}
        value={typed}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setOpen(true)
          setPlace(-1)
        }}
        onKeyDown={onKey}
      />
      <kbd>/</kbd>
      <div className="find-panel" hidden={!shown}>
        <div id={list} role="listbox" aria-label="Found">
          {results.map((result, index) => (
            <FoundLine
              key={result.key}
              id={`${list}-${index}`}
              result={result}
              chosen={index === place}
              onGo={() => go(result)}
              onPoint={() => setPlace(index)}
            />
          ))}
        </div>
        <p className="find-note" role="status">
          {error !== null && `Could not search. ${error.detail}`}
          {error === null && answer !== null && results.length === 0 && (
            <>
              Nothing called “{text}”. A person’s whole name is always found; beginnings only of those who
              write today.
            </>
          )}
          {results.length > 0 && (
            <span className="spoken">{results.length === 1 ? '1 result' : `${results.length} results`}</span>
          )}
        </p>
      </div>
    </search>
  )
}

interface FoundLineProps {
  id: string
  result: Result
  chosen: boolean
  onGo: () => void
  onPoint: () => void
}

function FoundLine({ id, result: { kind, label, note, slot, to }, chosen, onGo, onPoint }: FoundLineProps) {
  return (
    <Link
      id={id}
      to={to}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className="find-line"
      onPointerMove={onPoint}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        onGo()
      }}
    >
      {slot === null ? <Icon name="person" size={14} /> : <Swatch slot={slot} />}
      <span className="ellipsis">
        <bdi>{label}</bdi>
      </span>
      <span className="find-line-note">
        <span className="spoken">{kind}, </span>
        {note}
      </span>
    </Link>
  )
}
