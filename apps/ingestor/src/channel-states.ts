/**
 * Writes how this ingestor stands with each of its channels into the store, on change and as a sign of life: a row
 * per channel and ingestor, so that of several none writes over what another says.
 */
import { CHANNEL_STATES_PARTITION, type ChannelStateRow, channelStateRow } from '@smacktalk/contract'
import type { Clock, RowStore, StoredRow } from '@smacktalk/ports'
import { BrokenBytesError, decodeFeed, encodeFeed } from '@smacktalk/wire'

/** A row older than about twice this means that nobody looks after the channel. */
export const REFRESH_MS = 10_000

/** What a row says beside its times. */
export type Standing = Omit<ChannelStateRow, 'ingestor' | 'updatedAt'>

export interface ChannelStates {
  /** Writes what changed since the last call, or is due; rejects when the store does, and may then be repeated. */
  write(standings: readonly Standing[]): Promise<void>
}

/**
 * Before its first writing it reads what an earlier process of its name left, so that channels which are no longer
 * its are shown as paused. Nothing is read before: whoever hears needs no store for that.
 */
export function createChannelStates(store: RowStore, clock: Clock, ingestor: string): ChannelStates {
  /** What the store says, by login: a text to compare, and when it was written. */
  const written = new Map<string, { standing: Standing; fingerprint: string; at: number }>()
  let lastWrittenAt = 0
  let isRead = false

  async function readBefore(): Promise<void> {
    if (isRead) return
    for (const { row, value, writtenAt } of await store.load('channel_states', CHANNEL_STATES_PARTITION)) {
      const [login = ''] = row.split(' ', 1)
      if (row !== channelStateRow(login, ingestor)) continue
      lastWrittenAt = Math.max(lastWrittenAt, writtenAt)
      const standing = standingIn(login, value)
      // Said by another process, so it is said anew whatever it says.
      if (standing.state !== 'paused') written.set(login, { standing, fingerprint: '', at: 0 })
    }
    isRead = true
  }

  function rowOf(standing: Standing, now: number): StoredRow {
    // The write time decides which row wins; it must grow even when the clock does not.
    lastWrittenAt = Math.max(lastWrittenAt + 1, now * 1_000)
    return {
      table: 'channel_states',
      partition: CHANNEL_STATES_PARTITION,
      row: channelStateRow(standing.login, ingestor),
      position: lastWrittenAt,
      writtenAt: lastWrittenAt,
      value: encodeFeed('channelState', { ...standing, ingestor, updatedAt: now }),
    }
  }

  return {
    async write(standings) {
      await readBefore()
      const now = clock.now()
      const due = new Map<string, { standing: Standing; fingerprint: string }>()
      for (const standing of standings) {
        const fingerprint = JSON.stringify(standing)
        const before = written.get(standing.login)
        if (before?.fingerprint === fingerprint && now - before.at < REFRESH_MS && now >= before.at) continue
        due.set(standing.login, { standing, fingerprint })
      }
      const wanted = new Set(standings.map(({ login }) => login))
      for (const [login, { standing }] of written) {
        if (wanted.has(login)) continue
        const paused = { ...NOTHING_KNOWN, login, channelId: standing.channelId, state: 'paused', since: now }
        due.set(login, { standing: paused, fingerprint: '' })
      }
      if (due.size === 0) return
      await store.write([...due.values()].map(({ standing }) => rowOf(standing, now)))
      for (const [login, entry] of due) {
        // A channel that is no longer ours needs no sign of life: it may be forgotten here.
        if (entry.standing.state === 'paused') written.delete(login)
        else written.set(login, { ...entry, at: now })
      }
    },
  }
}

const NOTHING_KNOWN = {
  channelId: null,
  state: '',
  reason: null,
  since: 0,
  place: null,
  etaMs: null,
} as const

/** A state decides no number, so one written by another build is replaced and stops nothing. */
function standingIn(login: string, value: Uint8Array): Standing {
  try {
    const { ingestor: _by, updatedAt: _at, ...standing } = decodeFeed('channelState', value)
    return standing
  } catch (error) {
    if (error instanceof BrokenBytesError) return { ...NOTHING_KNOWN, login }
    throw error
  }
}
