import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

/** Puts a page into the document; the element `root` is part of every page's HTML. */
export function mount(page: ReactNode): void {
  const root = document.getElementById('root')
  if (root === null) throw new Error('The page has no element with the id “root”.')
  createRoot(root).render(<StrictMode>{page}</StrictMode>)
}
