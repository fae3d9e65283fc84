/**
 * Time whose records had to go, by channel. The log is told when it began; coverage records that claim it are cut,
 * until one of them reaches beyond it.
 */
import { type Coverage, NO_CHANNEL } from '@smacktalk/contract'
import type { EntryHead, Loss } from '@smacktalk/spool'

/**
 * Every channel that can be wanted with some losses each. Beyond it the oldest one the log knows of is forgotten, and
 * when it knows of none, two of a channel become one: what was heard between them is not claimed either.
 */
const LOSSES_MAX = 4_000

/**
 * An end of the queue at which records go: by channel the loss that grows when another one goes. Once something
 * that stays stands between, it is cleared.
 */
export type Front = Map<string, Loss>

interface Span {
  loss: Loss
  /** A batch with its beginning was taken for the log. */
  marked: boolean
  /** The spool knows of it as it is. */
  stored: boolean
}

export class Losses {
  readonly #ingestor: string
  readonly #byKey = new Map<string, Span[]>()
  #count = 0

  constructor(ingestor: string) {
    this.#ingestor = ingestor
  }

  /** What an earlier process lost and may not have told. */
  restore(losses: readonly Loss[]): void {
    for (const loss of losses) this.#put(loss, true)
  }

  /** What the losses become when these records go; they are not yet in force. */
  grown(front: Front, heads: readonly EntryHead[], cause: string): Loss[] {
    const grown = new Map<string, Loss>()
    for (const { key, login, kind, from, to } of heads) {
      // Lines that name no room are nobody's time.
      if (kind === 'settings' || key === NO_CHANNEL) continue
      const loss = grown.get(key) ?? this.#growing(front, key, cause)
      if (loss === null) {
        const opened = this.#freeName(key, from)
        grown.set(key, { key, opened, login, ingestor: this.#ingestor, cause, from, to })
      } else if (from < loss.from || to > loss.to) {
        grown.set(key, { ...loss, from: Math.min(from, loss.from), to: Math.max(to, loss.to) })
      }
    }
    return [...grown.values()]
  }

  /** @param stored whether the spool knows of them */
  keep(front: Front, losses: readonly Loss[], stored: boolean): void {
    for (const loss of losses) {
      front.set(loss.key, loss)
      this.#put(loss, stored)
    }
  }

  /** Those that the spool does not know of. */
  unstored(): Loss[] {
    return this.#spans((span) => !span.stored)
  }

  nowStored(stored: boolean): void {
    for (const spans of this.#byKey.values()) for (const span of spans) span.stored = stored
  }

  /** Coverage records that tell the log of the losses it does not know of; it is taken to know them now. */
  marks(): Coverage[] {
    if (this.#count === 0) return []
    const marks: Coverage[] = []
    for (const spans of this.#byKey.values()) {
      for (const span of spans) {
        if (span.marked) continue
        span.marked = true
        marks.push(markOf(span.loss))
      }
    }
    return marks
  }

  /** What may still be claimed of a coverage record, and the losses behind which it reaches: they have ended. */
  cut(key: string, coverage: Coverage): { claims: Coverage[]; ended: Loss[] } {
    const spans = this.#byKey.get(key)
    // Without a length it claims nothing: a mark of ours that went through the spool.
    if (spans === undefined || coverage.from === coverage.to) return { claims: [coverage], ended: [] }
    let parts = [{ from: coverage.from, to: coverage.to }]
    for (const { loss } of spans) {
      parts = parts.flatMap(({ from, to }) => [
        { from, to: Math.min(to, Math.max(from, loss.from)) },
        { from: Math.max(from, Math.min(to, loss.to)), to },
      ])
      parts = parts.filter(({ from, to }) => to > from)
    }
    const claims = parts.map((part) => ({ ...coverage, ...part, ended: null as string | null }))
    const last = claims.at(-1)
    if (last?.to === coverage.to) last.ended = coverage.ended
    else if (coverage.ended !== null) claims.push({ ...coverage, from: coverage.to })
    return { claims, ended: this.#end(key, spans, coverage.to) }
  }

  #end(key: string, spans: Span[], at: number): Loss[] {
    const going = spans.filter(({ loss }) => loss.to > at)
    if (going.length === spans.length) return []
    this.#count -= spans.length - going.length
    if (going.length === 0) this.#byKey.delete(key)
    else this.#byKey.set(key, going)
    return spans.filter((span) => !going.includes(span)).map(({ loss }) => loss)
  }

  #growing(front: Front, key: string, cause: string): Loss | null {
    const loss = front.get(key)
    if (loss === undefined || loss.cause !== cause) return null
    return this.#byKey.get(key)?.some((span) => span.loss === loss) === true ? loss : null
  }

  #freeName(key: string, from: number): number {
    const names = new Set(this.#byKey.get(key)?.map(({ loss }) => loss.opened))
    let name = from
    while (names.has(name)) name++
    return name
  }

  #put(loss: Loss, stored: boolean): void {
    const spans = this.#byKey.get(loss.key) ?? []
    const span = spans.find((other) => other.loss.opened === loss.opened)
    if (span !== undefined) {
      // The log knows another beginning.
      if (loss.from < span.loss.from) span.marked = false
      span.loss = loss
      span.stored = stored
      return
    }
    if (this.#count >= LOSSES_MAX && !this.#forgetOne() && !this.#joinTwo(loss)) return
    this.#byKey.set(loss.key, [...(this.#byKey.get(loss.key) ?? []), { loss, marked: false, stored }])
    this.#count++
  }

  /** False when there is none that the log knows of. */
  #forgetOne(): boolean {
    for (const [key, spans] of this.#byKey) {
      const index = spans.findIndex(({ marked }) => marked)
      if (index === -1) continue
      this.#count--
      if (spans.length === 1) this.#byKey.delete(key)
      else this.#byKey.set(key, spans.toSpliced(index, 1))
      return true
    }
    return false
  }

  /** Makes room where a channel has several; false when the loss itself was joined to another, or there are none. */
  #joinTwo(loss: Loss): boolean {
    const own = this.#byKey.get(loss.key)?.at(-1)
    if (own !== undefined) {
      widen(own, loss)
      return false
    }
    for (const [key, [first, second, ...others]] of this.#byKey) {
      if (first === undefined || second === undefined) continue
      widen(first, second.loss)
      this.#byKey.set(key, [first, ...others])
      this.#count--
      return true
    }
    return false
  }

  #spans(which: (span: Span) => boolean): Loss[] {
    return [...this.#byKey.values()].flatMap((spans) => spans.filter(which).map(({ loss }) => loss))
  }
}

function widen(span: Span, { from, to }: Loss): void {
  const { loss } = span
  if (from < loss.from) span.marked = false
  span.loss = { ...loss, from: Math.min(from, loss.from), to: Math.max(to, loss.to) }
  span.stored = false
}

function markOf({ key, login, ingestor, cause, from }: Loss): Coverage {
  return { channelId: key, channelLogin: login, ingestor, origin: 'heard', from, to: from, ended: cause }
}
