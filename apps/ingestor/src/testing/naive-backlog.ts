/** What a backlog should hold after each step, in plain lists: no file, no losses, nothing clever. */
import type { EntryHead } from '@smacktalk/spool'

export interface Item extends EntryHead {
  /** Unique number of a chat record; null for others. */
  readonly line: number | null
  readonly memoryBytes: number
  readonly spoolBytes: number
}

export interface NaiveLimits {
  readonly recordsMax: number
  readonly spoolBytesMax: number
  readonly ageMaxMs: number
}

const SPILLED_AT_ONCE = 1_000
const SHARE_KEPT = 0.95

export class NaiveBacklog {
  readonly #limits: NaiveLimits
  memory: Item[] = []
  spool: Item[] = []
  /** How many at the front of `spool` are in flight. */
  flightInSpool = 0
  /** What is in flight and nowhere else. */
  flight: Item[] = []
  readonly gone: Item[] = []

  constructor(limits: NaiveLimits) {
    this.#limits = limits
  }

  push(item: Item): void {
    this.memory.push(item)
    if (this.memory.length <= this.#limits.recordsMax) return
    const target = Math.floor(this.#limits.recordsMax * SHARE_KEPT)
    this.memory = this.#without(this.memory, () => this.memory.length - this.#goneNow.length > target)
  }

  take(count: number, nowMs: number): Item[] {
    this.letGoOld(nowMs)
    if (this.spool.length > 0) {
      this.flightInSpool = Math.min(count, this.spool.length)
      return this.spool.slice(0, this.flightInSpool)
    }
    return this.memory.splice(0, count)
  }

  taken(): void {
    this.spool.splice(0, this.flightInSpool)
    this.flightInSpool = 0
    this.flight = []
  }

  spill(): void {
    if (this.flight.length > 0) {
      this.#toSpool(this.flight)
      this.flightInSpool = this.flight.length
      this.flight = []
      return
    }
    const piece: Item[] = []
    let bytes = 0
    for (const item of this.memory) {
      bytes += item.spoolBytes
      const large = piece.length > 0 && bytes > this.#limits.spoolBytesMax / 4
      if (large || piece.length === SPILLED_AT_ONCE) break
      piece.push(item)
    }
    this.memory.splice(0, piece.length)
    this.#toSpool(piece)
  }

  letGoOld(nowMs: number, spoolWorks = true): void {
    const before = nowMs - this.#limits.ageMaxMs
    if (spoolWorks) this.#fromSpool((item) => item.to <= before)
    const old = this.memory.findIndex((item) => item.to > before)
    const count = old === -1 ? this.memory.length : old
    const front = this.memory.splice(0, count)
    this.memory.unshift(...this.#without(front, () => true))
  }

  /** The process is gone: what was only in memory is lost. */
  die(): Item[] {
    const lost = [...this.flight, ...this.memory]
    this.flight = []
    this.memory = []
    this.flightInSpool = 0
    return lost
  }

  #toSpool(items: Item[]): void {
    const sum = (list: Item[]): number => list.reduce((bytes, { spoolBytes }) => bytes + spoolBytes, 0)
    const wanted = sum(this.spool) + sum(items) - this.#limits.spoolBytesMax
    this.#fromSpool(() => sum(this.#goneNow) < wanted)
    this.spool.push(...items)
  }

  #fromSpool(goes: (item: Item) => boolean): void {
    const flying = this.spool.slice(0, this.flightInSpool)
    this.spool = [...flying, ...this.#without(this.spool.slice(this.flightInSpool), goes)]
  }

  #goneNow: Item[] = []

  /** Lets go from the front as long as `goes` says so, settings excepted. */
  #without(items: Item[], goes: (item: Item) => boolean): Item[] {
    this.#goneNow = []
    const kept: Item[] = []
    let at = 0
    for (; at < items.length; at++) {
      const item = items[at]!
      if (item.kind === 'settings') kept.push(item)
      else if (goes(item)) this.#goneNow.push(item)
      else break
    }
    this.gone.push(...this.#goneNow)
    return [...kept, ...items.slice(at)]
  }
}
