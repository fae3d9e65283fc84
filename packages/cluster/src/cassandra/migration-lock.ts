/**
 * One process migrates at a time. The lock is a row that only lightweight transactions touch; it expires by itself
 * when its holder dies, and its holder renews it while it works.
 */
import type { Clock } from '@smacktalk/ports'
import type { ClusterLogger } from '../cluster-logger.ts'
import { textOf } from './catalog.ts'
import { MigrationLockedError } from './errors.ts'
import { LOCK_TABLE } from './schema.ts'
import type { Session } from './session.ts'

/** A dead holder keeps others waiting for this long. */
const LOCK_TTL_S = 30
/** Three tries before it expires. */
const RENEW_MS = 10_000
/** How often those who wait look again, and how often they say so. */
const LOOK_MS = 1_000
const PROGRESS_MS = 5_000

const NAME = 'migrate'

export interface LockOptions {
  readonly session: Session
  readonly keyspace: string
  /** Says who holds it; unique, and without quotes. */
  readonly owner: string
  readonly waitMs: number
  readonly clock: Clock
  readonly logger: ClusterLogger
}

export class MigrationLock implements AsyncDisposable {
  readonly #options: LockOptions
  readonly #stopped = new AbortController()
  readonly #renewing: Promise<void>
  #lost: unknown = null

  private constructor(options: LockOptions) {
    this.#options = options
    this.#renewing = this.#renew()
  }

  static async take(options: LockOptions): Promise<MigrationLock> {
    const { clock, logger, waitMs, session, keyspace, owner } = options
    const since = clock.now()
    let told = since
    const insert = `INSERT INTO ${keyspace}.${LOCK_TABLE} (name, owner) VALUES ('${NAME}', '${owner}')
      IF NOT EXISTS USING TTL ${LOCK_TTL_S}`
    while (true) {
      // After a try whose outcome is unknown the row itself says whose it is.
      if (await session.conditional(insert)) return new MigrationLock(options)
      const holder = await holderOf(session, keyspace)
      if (holder === owner) return new MigrationLock(options)
      const waited = clock.now() - since
      if (waited >= waitMs) {
        throw new MigrationLockedError(
          `${holder ?? 'Another process'} has been migrating for ${Math.round(waited / 1_000)} s`,
          `Wait for it, or if it is dead ${LOCK_TTL_S} s longer, and run \`smacktalk migrate\` again.`,
        )
      }
      if (clock.now() - told >= PROGRESS_MS) {
        told = clock.now()
        logger.info({ holder, waitedMs: waited }, 'Another process migrates; waiting for it')
      }
      await clock.sleep(LOOK_MS)
    }
  }

  /** Throws when the lock is not ours any more; to be asked before each change. */
  check(): void {
    if (this.#lost !== null) throw this.#lost
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { session, keyspace, owner, logger } = this.#options
    this.#stopped.abort()
    await this.#renewing
    try {
      await session.conditional(
        `DELETE FROM ${keyspace}.${LOCK_TABLE} WHERE name = '${NAME}' IF owner = '${owner}'`,
      )
    } catch (error) {
      logger.warn({ error }, `The lock of the migration was not released; it expires within ${LOCK_TTL_S} s`)
    }
  }

  async #renew(): Promise<void> {
    const { session, keyspace, owner, clock, logger } = this.#options
    const update = `UPDATE ${keyspace}.${LOCK_TABLE} USING TTL ${LOCK_TTL_S} SET owner = '${owner}'
      WHERE name = '${NAME}' IF owner = '${owner}'`
    let renewedAt = clock.now()
    for (;;) {
      await clock.sleep(RENEW_MS, this.#stopped.signal)
      if (this.#stopped.signal.aborted) return
      try {
        if (!(await session.conditional(update))) {
          this.#lost = lost('was taken over')
          return
        }
        renewedAt = clock.now()
      } catch (error) {
        logger.warn({ error }, 'The lock of the migration could not be renewed')
        if (clock.now() - renewedAt >= LOCK_TTL_S * 1_000) this.#lost = lost('expired', error)
      }
    }
  }
}

function lost(how: string, cause?: unknown): MigrationLockedError {
  return new MigrationLockedError(
    `The lock of the migration ${how}`,
    'Run `smacktalk migrate` again: what is done is not done twice.',
    cause,
  )
}

async function holderOf(session: Session, keyspace: string): Promise<string | null> {
  const [row] = await session.serialRows(`SELECT owner FROM ${keyspace}.${LOCK_TABLE} WHERE name = '${NAME}'`)
  return row === undefined ? null : textOf(row, 'owner')
}
