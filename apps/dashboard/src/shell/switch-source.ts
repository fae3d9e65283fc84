import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { toastStore } from './toast-store.ts'

/** Changes where chat comes from; false, and a toast with the title, when that was refused. */
export async function switchSource(source: 'twitch' | 'demo', refused: string): Promise<boolean> {
  try {
    await api.switchSource(source)
    return true
  } catch (error) {
    const text = error instanceof ApiError ? error.detail : String(error)
    toastStore.show({ kind: 'error', title: refused, text })
    return false
  }
}
