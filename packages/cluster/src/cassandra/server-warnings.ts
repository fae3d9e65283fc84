/** Warnings that nodes send along with an answer (a large batch, many tombstones): told once per text. */
import type { ClusterLogger } from '../cluster-logger.ts'

/** Texts differ in their numbers and keys; more different ones than this teach nothing new. */
const TEXTS_MAX = 100
const FROM_SERVER = /^Received warning \(\d+ of \d+\) "([\s\S]*)" for "/

export class ServerWarnings {
  readonly #logger: ClusterLogger
  readonly #told = new Set<string>()

  constructor(logger: ClusterLogger) {
    this.#logger = logger
  }

  /** A line of the driver's log; its other warnings are told where they matter: as failures and lost nodes. */
  heard(level: string, message: unknown): void {
    if (level !== 'warning' && level !== 'error') return
    const warning = FROM_SERVER.exec(String(message))?.[1]
    if (warning === undefined) {
      this.#logger.debug({ level }, `Cassandra driver: ${String(message)}`)
      return
    }
    const text = warning.replace(/\d+/g, '#')
    if (this.#told.has(text) || this.#told.size >= TEXTS_MAX) return
    this.#told.add(text)
    this.#logger.warn({ warning }, 'Cassandra warns')
  }
}
