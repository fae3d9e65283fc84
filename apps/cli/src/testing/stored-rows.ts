/** Every result in a data folder, as bytes: for comparing two of them. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RESULT_TABLES, type TableName } from '@smacktalk/contract'

/** Key to value in hex; positions and write times left out. The product must not run. */
export function storedRows(dataDir: string, tables: readonly TableName[] = [...RESULT_TABLES, 'clocks']) {
  const database = new DatabaseSync(join(dataDir, 'twitch', 'smacktalk.db'), { readOnly: true })
  const rows = new Map<string, string>()
  try {
    for (const table of tables) {
      const found = database.prepare(
        `SELECT partition, row, hex(value) AS value FROM row_${table} WHERE value IS NOT NULL`,
      )
      for (const { partition, row, value } of found.all()) {
        rows.set(`${table} ${String(partition)} ${String(row)}`, String(value))
      }
    }
  } finally {
    database.close()
  }
  return rows
}

/** How many records the log holds. */
export function loggedRecords(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, 'twitch', 'smacktalk.db'), { readOnly: true })
  try {
    return Number(database.prepare('SELECT count(*) AS records FROM topic_chat').get()?.['records'])
  } finally {
    database.close()
  }
}
