/** The test data beside the repository; it is read in place and never copied. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The path of a file of the test data, or null when it is not there: then the suite is to be skipped, which this
 * says aloud. `SMACKTALK_SHARED` names the folder when it is not `../shared`.
 */
export function sharedFile(path: string): string | null {
  const folder = process.env['SMACKTALK_SHARED'] ?? join(import.meta.dirname, '../../../shared')
  const full = join(folder, path)
  if (existsSync(full)) return full
  console.warn(`SKIPPED: there is no test data at ${full}; set SMACKTALK_SHARED`)
  return null
}
