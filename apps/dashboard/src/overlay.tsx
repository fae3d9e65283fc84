/** The page of a browser source: one overlay and nothing else, without the shell and without the charts. */
import './styles/overlay-entry.css'
import { Overlay } from './overlays/overlay.tsx'
import { overlayKindOf, readOverlay } from './overlays/overlay-options.ts'
import { mount } from './shell/mount.tsx'

const { pathname, search } = window.location
const kind = overlayKindOf(pathname)
mount(kind !== null && <Overlay kind={kind} options={readOverlay(search)} />)
