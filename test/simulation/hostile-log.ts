/** One log partition filled by two ingestors: spools that hold back, appends repeated, copies and nonsense. */
import type { AnyRecord } from '@smacktalk/contract'
import type { LogRecord } from '@smacktalk/ports'
import { encodeRecord } from '@smacktalk/wire'
import type { Random } from '../support/random.ts'
import { HostileChat } from './hostile-chat.ts'
import type { Incidents } from './incidents.ts'

const START_MS = Date.UTC(2026, 0, 5, 23, 50)
/** An append whose answer got lost: some or all of it was written, and is appended again. */
const APPENDED_TWICE = 0.03
const UNREADABLE = 0.01

interface Ingestor {
  readonly name: string
  readonly spool: AnyRecord[]
  holding: boolean
}

export class HostileLog {
  readonly records: LogRecord[] = []
  readonly #random: Random
  readonly #chat: HostileChat
  readonly #incidents: Incidents
  readonly #ingestors: Ingestor[] = [
    { name: 'a', spool: [], holding: false },
    { name: 'b', spool: [], holding: false },
  ]
  #nowMs = START_MS
  #appendMs = START_MS

  constructor(random: Random, incidents: Incidents) {
    this.#random = random
    this.#chat = new HostileChat(random)
    this.#incidents = incidents
  }

  /** Time passes, something is said, heard and appended (or held back). */
  step(): void {
    const random = this.#random
    this.#nowMs += random.chance(0.06) ? random.between(60_000, 900_000) : random.between(0, 15_000)
    for (const ingestor of this.#ingestors) {
      if (random.chance(0.1)) ingestor.holding = !ingestor.holding
    }
    const said = this.#chat.say(this.#nowMs)
    for (const ingestor of this.#ingestors) {
      if (random.chance(0.75)) ingestor.spool.push(heardBy(said, ingestor.name))
      if (!ingestor.holding) this.#drain(ingestor)
    }
    if (random.chance(0.1)) this.#append(this.#chat.import(this.#nowMs))
  }

  #drain({ spool }: Ingestor): void {
    const records = spool.splice(0)
    if (records.length > 1) this.#incidents.spooled += records.length - 1
    if (records.length > 0 && this.#random.chance(APPENDED_TWICE)) {
      const written = this.#random.between(1, records.length)
      for (const record of records.slice(0, written)) this.#append(record)
      this.#incidents.appendedTwice += written
    }
    for (const record of records) this.#append(record)
  }

  #append(record: AnyRecord): void {
    this.#appendMs = Math.max(this.#appendMs, this.#nowMs + this.#random.between(-2_000, 2_000))
    const isUnreadable = this.#random.chance(UNREADABLE)
    if (isUnreadable) this.#incidents.unreadable++
    this.#incidents.records++
    this.records.push({
      partition: 0,
      offset: this.records.length,
      appendMs: this.#appendMs,
      key: record.value.channelId,
      value: isUnreadable ? new Uint8Array([1, 2, 3]) : encodeRecord(record),
    })
  }
}

/** The same thing, as another ingestor passes it on. */
function heardBy(record: AnyRecord, ingestor: string): AnyRecord {
  if (!('ingestor' in record.value)) return record
  return { kind: record.kind, value: { ...record.value, ingestor } } as AnyRecord
}
