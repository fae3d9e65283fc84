import { useCallback, useMemo } from 'react'
import { navigate, useAddress } from './history.ts'
import { readViewState, type ViewState, writeViewState } from './view-state.ts'

/** The view that the address describes, and the way to change parts of it. */
export function useView(): [ViewState, (change: Partial<ViewState>) => void] {
  const { path, search } = useAddress()
  const view = useMemo(() => readViewState(search), [search])
  const change = useCallback(
    (part: Partial<ViewState>) => {
      // What is typed letter by letter is one step back, not many.
      const replace = view.find !== '' && part.find !== undefined
      navigate(path + writeViewState({ ...view, ...part }), { replace })
    },
    [path, view],
  )
  return [view, change]
}
