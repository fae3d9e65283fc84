/** Who runs: the rows that roles write about themselves, and how long each has been silent. */
import { INSTANCE_KEPT_S, INSTANCE_SILENT_MS, INSTANCES_PARTITION, type Instance } from '@smacktalk/contract'
import type { Clock, RowStore } from '@smacktalk/ports'
import { BrokenBytesError, decodeFeed } from '@smacktalk/wire'

/** Shown at most; the rows of roles that restart all the time are gone after INSTANCE_KEPT_S. */
const INSTANCES_MAX = 1_000

/** `stopping`: it has said goodbye; `silent`: it has said nothing for INSTANCE_SILENT_MS and not that it stops. */
export type Liveness = 'running' | 'silent' | 'stopping'

export interface SeenInstance {
  readonly instance: Instance
  readonly liveness: Liveness
  /** Since its last sign of life, ms. */
  readonly silentMs: number
}

export interface Instances {
  readonly instances: readonly Instance[]
  /** Rows of another build, which say it differently. */
  readonly unreadable: number
}

/** Every row that is there, ordered by id, silent ones too. */
export async function readInstances(store: Pick<RowStore, 'load'>): Promise<Instances> {
  const instances: Instance[] = []
  let unreadable = 0
  for (const { value } of await store.load('instances', INSTANCES_PARTITION)) {
    try {
      if (instances.length < INSTANCES_MAX) instances.push(decodeFeed('instance', value))
    } catch (error) {
      if (!(error instanceof BrokenBytesError)) throw error
      unreadable++
    }
  }
  return { instances, unreadable }
}

interface Heard {
  readonly updatedAt: number
  /** By our own clock. */
  readonly at: number
}

/**
 * Looks again and again. Silence is measured by our own clock from the last change of a row that we saw, so that
 * clocks of two machines may differ; only at the first look the row's own time must do.
 */
export class InstanceWatch {
  readonly #store: Pick<RowStore, 'load'>
  readonly #clock: Clock
  readonly #heard = new Map<string, Heard>()

  constructor(store: Pick<RowStore, 'load'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Those heard of in the last INSTANCE_KEPT_S seconds. Rejects when the store cannot be read. */
  async look(): Promise<readonly SeenInstance[]> {
    const { instances } = await readInstances(this.#store)
    const now = this.#clock.now()
    const ids = new Set(instances.map(({ id }) => id))
    for (const id of this.#heard.keys()) if (!ids.has(id)) this.#heard.delete(id)
    return instances.flatMap((instance) => {
      const silentMs = now - this.#heardAt(instance, now)
      if (silentMs > INSTANCE_KEPT_S * 1_000) return []
      return [{ instance, silentMs, liveness: livenessOf(instance, silentMs) }]
    })
  }

  #heardAt({ id, updatedAt }: Instance, now: number): number {
    const before = this.#heard.get(id)
    if (before?.updatedAt === updatedAt) return before.at
    // A clock ahead of ours must not make a silent one look alive for longer than a moment.
    const at = before === undefined ? Math.min(updatedAt, now) : now
    this.#heard.set(id, { updatedAt, at })
    return at
  }
}

function livenessOf({ stopping }: Instance, silentMs: number): Liveness {
  if (stopping) return 'stopping'
  return silentMs >= INSTANCE_SILENT_MS ? 'silent' : 'running'
}
