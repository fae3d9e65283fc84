import type { SearchAnswer } from '@smacktalk/contract'
import { useEffect, useState } from 'react'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'

/** Pause after a key before anything is asked, ms: who types on asks once. */
const PAUSE_MS = 120

export interface Search {
  /** The text the answer is for; behind what is typed while an answer is on its way. */
  readonly text: string
  readonly answer: SearchAnswer | null
  readonly error: ApiError | null
}

const NOTHING: Search = { text: '', answer: null, error: null }

/** Asks for what is typed; older answers stay until a newer one comes. */
export function useSearch(typed: string): Search {
  const text = typed.trim()
  const [search, setSearch] = useState(NOTHING)
  useEffect(() => {
    if (text === '') return setSearch(NOTHING)
    const aborter = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const answer = await api.search(text, aborter.signal)
        if (!aborter.signal.aborted) setSearch({ text, answer, error: null })
      } catch (error) {
        if (aborter.signal.aborted) return
        const failure = error instanceof ApiError ? error : new ApiError(0, String(error), { cause: error })
        setSearch({ text, answer: null, error: failure })
      }
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      aborter.abort()
    }
  }, [text])
  return search
}
