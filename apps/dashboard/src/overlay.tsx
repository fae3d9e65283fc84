/** The page of a browser source: one overlay and nothing else, without the shell and without the charts. */
import './styles/overlay-entry.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Overlay } from './overlays/overlay.tsx'
import { overlayKindOf, readOverlay } from './overlays/overlay-options.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no element with the id “root”.')
const { pathname, search } = window.location
const kind = overlayKindOf(pathname)
createRoot(root).render(
  <StrictMode>{kind !== null && <Overlay kind={kind} options={readOverlay(search)} />}</StrictMode>,
)
