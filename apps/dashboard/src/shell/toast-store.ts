/** A message in the corner: what happened, what it means, at most one action. */
export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'warning' | 'error'
  readonly title: string
  readonly text: string
  readonly action: { readonly label: string; readonly run: () => void } | null
}

/** Toasts leave after this time, ms; errors stay until they are dismissed. */
export const TOAST_MS = 8_000
/** More would cover the page. */
const TOASTS_MAX = 3

/** With room for one more: the oldest gives way, what nobody has to see before what can be undone, errors last. */
function withRoom(shown: readonly Toast[]): readonly Toast[] {
  if (shown.length < TOASTS_MAX) return shown
  const leaving =
    shown.find(({ kind, action }) => kind !== 'error' && action === null) ??
    shown.find(({ kind }) => kind !== 'error') ??
    shown[0]
  return shown.filter((toast) => toast !== leaving)
}

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

export const toastStore = {
  all: (): readonly Toast[] => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  show(toast: Omit<Toast, 'id' | 'action'> & { action?: Toast['action'] }): void {
    lastId++
    const id = lastId
    set([...withRoom(toasts), { ...toast, action: toast.action ?? null, id }])
    if (toast.kind !== 'error') setTimeout(() => toastStore.dismiss(id), TOAST_MS)
  },
  dismiss(id: number): void {
    if (toasts.some((toast) => toast.id === id)) set(toasts.filter((toast) => toast.id !== id))
  },
}
