import { customView, readViewState, writeViewState } from '../address/view-state.ts'
import { serverNow } from '../live/server-clock.ts'
import { RANGES } from '../ranges/ranges.ts'
import { toastStore } from './toast-store.ts'

/** Copies the address, which holds the whole view. A live view can be live for ever or what it shows now. */
export async function copyLink(): Promise<void> {
  const { origin, pathname, search, href } = window.location
  const view = readViewState(search)
  const live = view.range === 'live' && (pathname === '/' || pathname.startsWith('/channels/'))
  const moment = { ...view, ...customView(RANGES.live.span(serverNow())) }
  const action = {
    label: 'This moment instead',
    run: () =>
      void copyText(origin + pathname + writeViewState(moment), 'It shows this moment, whenever opened.'),
  }
  if (live) await copyText(href, 'It is live whenever it is opened.', action)
  else await copyText(href, 'It opens this view as it is now set.')
}

async function copyText(
  link: string,
  text: string,
  action: { label: string; run: () => void } | null = null,
): Promise<void> {
  try {
    await navigator.clipboard.writeText(link)
    toastStore.show({ kind: 'done', title: 'Link copied', text, action })
  } catch {
    // Without a secure address or permission there is no clipboard: the link can still be read and copied by hand.
    toastStore.show({ kind: 'warning', title: 'Copy this link', text: link, action })
  }
}
