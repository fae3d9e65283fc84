import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUILT = new URL('../../dashboard/dist/', import.meta.url)

/** Folder of the built pages; null when they are not built, and then only the API is served. */
export function dashboardFolder(): string | null {
  return existsSync(new URL('index.html', BUILT)) ? fileURLToPath(BUILT) : null
}
