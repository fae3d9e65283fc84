import { useSyncExternalStore } from 'react'

/** The address as a store: every navigation of the page goes through here, back and forward come by themselves. */
export interface Address {
  readonly path: string
  readonly search: string
}

const listeners = new Set<() => void>()
let current: Address = { path: '/', search: '' }

function read(): Address {
  const { pathname, search } = window.location
  if (pathname !== current.path || search !== current.search) current = { path: pathname, search }
  return current
}

function changed(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', changed)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', changed)
  }
}

/** Goes to an address of this page, as a new entry of the history or in place of this one. */
export function navigate(to: string, { replace = false } = {}): void {
  const { pathname, search } = window.location
  if (to === pathname + search) return
  if (replace) window.history.replaceState(null, '', to)
  else window.history.pushState(null, '', to)
  changed()
}

export function useAddress(): Address {
  return useSyncExternalStore(subscribe, read)
}

/** The address of a channel's page. */
export function channelAddress(name: string): string {
  return `/channels/${encodeURIComponent(name)}`
}

/** The address of a person's page; an id is written `id:123`, so that it never reads as a login of digits. */
export function userAddress(name: string): string {
  return `/user/${encodeURIComponent(name).replaceAll('%3A', ':')}`
}

export const USERS_ADDRESS = '/users'
export const PIPELINE_ADDRESS = '/pipeline'
export const OVERLAYS_ADDRESS = '/overlays'

/** What an address shows. */
export type Place =
  | { page: 'overview' | 'users' | 'pipeline' | 'overlays' | 'nowhere' }
  | { page: 'channel' | 'user'; name: string }

/** Reads a path; what nobody knows is nowhere. */
export function placeOf(path: string): Place {
  const [first = '', second = '', ...rest] = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  if (first === '') return { page: 'overview' }
  if (path.replace(/\/$/, '') === PIPELINE_ADDRESS) return { page: 'pipeline' }
  if (path.replace(/\/$/, '') === USERS_ADDRESS) return { page: 'users' }
  if (first === 'overlays' && rest.length === 0 && /^[a-z]*$/.test(second)) return { page: 'overlays' }
  if (rest.length > 0 || second === '') return { page: 'nowhere' }
  if (first === 'channels') return { page: 'channel', name: decoded(second) }
  if (first === 'user') return { page: 'user', name: decoded(second) }
  return { page: 'nowhere' }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A broken escape: shown as it was typed, and not found.
    return part
  }
}
