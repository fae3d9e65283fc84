/**
 * Who runs what, as far as this gateway can know: the rows that roles write about themselves every second. Silence is
 * measured by our own clock, from the last look that did not have the newest row yet, so clocks of other machines
 * do not matter; time in which nobody could look is not silence.
 */
import { INSTANCE_KEPT_S, INSTANCE_SILENT_MS, type Instance, type Role } from '@smacktalk/contract'

/** Looks further apart than this saw nothing between: the store was away, or this process stood still. */
const BLIND_MS = 1_500

/** After blindness everybody has so much longer to speak: writers come back to a store one after the other. */
const RETURN_GRACE_MS = 4_000

export interface Member {
  readonly instance: Instance
  /** `silent`: not heard of for INSTANCE_SILENT_MS without a goodbye. */
  readonly liveness: 'running' | 'silent' | 'stopping'
  /** Last sign of life by our clock, at the earliest. */
  readonly heardAt: number
}

/** A group of ingestors of which nobody answers any more, though none said that it stops. */
export interface LostGroup {
  readonly name: string
  /** When it was heard of last, by our clock. */
  readonly since: number
}

/** Groups remembered: two are meant to be, and names of settings that were tried. */
const GROUPS_MAX = 16

interface Heard {
  instance: Instance
  heardAt: number
}

export class Roster {
  readonly #heard = new Map<string, Heard>()
  /** The last one of each role that was heard of, for as long as this gateway runs. */
  readonly #last = new Map<string, Heard>()
  /** Since when each has been lost. */
  readonly #lostGroups = new Map<string, number>()
  readonly #ownId: string
  #lookedAt: number | null = null
  #watchedMs = 0

  /** @param ownId the row that is ours: when it stays away, rows are not written, and nobody is known to be gone */
  constructor(ownId = '') {
    this.#ownId = ownId
  }

  /** When the rows were last read; null before the first time. */
  get lookedAt(): number | null {
    return this.#lookedAt
  }

  /** For how long rows have been looked at, without the times of blindness. */
  get watchedMs(): number {
    return this.#watchedMs
  }

  /** Takes what a look found that began at `nowMs`. */
  look(instances: readonly Instance[], nowMs: number): void {
    const before = this.#lookedAt
    const passed = before === null ? null : nowMs - before
    const blind = passed === null || passed > BLIND_MS || passed < 0
    if (blind && before !== null) this.#forgive(before, nowMs)
    else this.#watchedMs += passed ?? 0
    this.#lookedAt = nowMs
    for (const instance of instances) {
      const known = this.#heard.get(instance.id)
      if (known?.instance.updatedAt === instance.updatedAt) continue
      const heardAt = before === null ? firstHeardAt(instance, nowMs) : blind ? nowMs : before
      const heard = { instance, heardAt: Math.max(heardAt, known?.heardAt ?? 0) }
      this.#heard.set(instance.id, heard)
      if (heard.heardAt >= (this.#last.get(instance.role)?.heardAt ?? 0)) this.#last.set(instance.role, heard)
    }
    const stored = new Set(instances.map(({ id }) => id))
    const knownAt = this.knownAt(nowMs)
    for (const [id, heard] of this.#heard)
      if (!stored.has(id) && isLongGone(heard, knownAt)) this.#heard.delete(id)
    this.#findLostGroups(knownAt)
  }

  /** The moment up to which rows tell who runs: earlier than `nowMs` while even our own is not written. */
  knownAt(nowMs: number): number {
    const own = this.#heard.get(this.#ownId)
    return own !== undefined && livenessOf(own, nowMs) === 'silent' ? own.heardAt : nowMs
  }

  /** The row that is ours, however old; null before it has been seen. */
  own(nowMs: number): Member | null {
    const heard = this.#heard.get(this.#ownId)
    return heard === undefined ? null : { ...heard, liveness: livenessOf(heard, nowMs) }
  }

  /** Everybody heard of in the last INSTANCE_KEPT_S seconds, by id. */
  members(nowMs: number): Member[] {
    return [...this.#heard.values()]
      .filter((heard) => !isLongGone(heard, nowMs))
      .map((heard) => ({ ...heard, liveness: livenessOf(heard, nowMs) }))
      .sort((a, b) => (a.instance.id < b.instance.id ? -1 : 1))
  }

  /** The one of a role that was heard of last, however long ago; null when there never was one. */
  last(role: Role): Pick<Member, 'instance' | 'heardAt'> | null {
    return this.#last.get(role) ?? null
  }

  /** As far back as this gateway knows; one whose ingestors all said goodbye is not missed. */
  get lostGroups(): LostGroup[] {
    return [...this.#lostGroups].map(([name, since]) => ({ name, since }))
  }

  /** Rows of who is gone go too, so what is found is kept until somebody of the group speaks again. */
  #findLostGroups(nowMs: number): void {
    const groups = Map.groupBy(
      this.members(nowMs).filter(({ instance }) => instance.ingestGroup !== null),
      ({ instance }) => instance.ingestGroup ?? '',
    )
    for (const [name, members] of groups) {
      const silent = members.filter(({ liveness }) => liveness === 'silent')
      const isLost = silent.length > 0 && !members.some(({ liveness }) => liveness === 'running')
      if (!isLost) this.#lostGroups.delete(name)
      else if (!this.#lostGroups.has(name) && this.#lostGroups.size < GROUPS_MAX) {
        this.#lostGroups.set(name, Math.max(...silent.map(({ heardAt }) => heardAt)))
      }
    }
  }

  #forgive(before: number, nowMs: number): void {
    for (const heard of this.#heard.values()) {
      if (livenessOf(heard, before) === 'running') heard.heardAt = nowMs + RETURN_GRACE_MS
    }
  }
}

/** Its own time must do at the first look; whoever lives has a second to prove it. */
function firstHeardAt({ updatedAt }: Instance, nowMs: number): number {
  const age = Math.min(Math.max(0, nowMs - updatedAt), INSTANCE_SILENT_MS - 1_000)
  return nowMs - age
}

/** The store keeps rows so long; some a while longer. */
function isLongGone({ heardAt }: Heard, nowMs: number): boolean {
  return nowMs - heardAt > INSTANCE_KEPT_S * 1_000
}

function livenessOf({ instance, heardAt }: Heard, nowMs: number): Member['liveness'] {
  if (instance.stopping) return 'stopping'
  return nowMs - heardAt > INSTANCE_SILENT_MS ? 'silent' : 'running'
}
