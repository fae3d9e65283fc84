import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { toastStore } from '../shell/toast-store.ts'

/** Adds one channel and says how it went. */
export async function addChannel(name: string): Promise<void> {
  try {
    const { results } = await api.addChannels([name])
    const result = results[0]
    if (result !== undefined && result.status >= 400) {
      toastStore.show({
        kind: 'error',
        title: `${name} was not added`,
        text: result.reason ?? 'It was refused.',
      })
      return
    }
    toastStore.show({
      kind: 'done',
      title: `${name} added`,
      text: 'Counting starts the moment it is joined.',
    })
  } catch (error) {
    const text = error instanceof ApiError ? error.detail : String(error)
    toastStore.show({ kind: 'error', title: `${name} was not added`, text })
  }
}
