import { toastStore } from './toast-store.ts'

/** Copies the address, which holds the whole view. */
export async function copyLink(): Promise<void> {
  const link = window.location.href
  try {
    await navigator.clipboard.writeText(link)
    toastStore.show({ kind: 'done', title: 'Link copied', text: 'It opens this view as it is now set.' })
  } catch {
    // Without a secure address or permission there is no clipboard: the link can still be read and copied by hand.
    toastStore.show({ kind: 'warning', title: 'Copy this link', text: link })
  }
}
