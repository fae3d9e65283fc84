import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from '../shell/stored.ts'

/** Whether pictures of emotes are shown; kept in this browser. Without them it asks nobody but this server. */
const NAME = 'pictures'
const listeners = new Set<() => void>()

function areShown(): boolean {
  return readStored(NAME) !== 'off'
}

export function switchPictures(): void {
  writeStored(NAME, areShown() ? 'off' : 'on')
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePictures(): boolean {
  return useSyncExternalStore(subscribe, areShown)
}
