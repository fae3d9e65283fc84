/** What the world did, for tests and for demos that explain themselves. */

/** The figures count the channel's own well-formed lines that the happening sent, with times in [fromMs, toMs). */
export type Happened =
  /** One USERNOTICE raid at `fromMs`, then `arrivals` people writing for the first time. */
  | { kind: 'raid'; from: string; viewers: number; arrivals: number; messages: number }
  /** Messages of emotes alone, above all of `emoteId`. */
  | { kind: 'emoteStorm'; emoteId: string; emoteCode: string; messages: number }
  /** `bombs` mass gifts with together `gifts` single gifts, then thanks. */
  | { kind: 'giftBurst'; bombs: number; gifts: number; messages: number }
  | { kind: 'questionWave'; text: string; messages: number }
  | { kind: 'copyPasta'; text: string; messages: number }
  | { kind: 'commandWave'; command: string; messages: number }
  /** Strangers who write spam and are removed. */
  | { kind: 'banWave'; messages: number; bans: number; timeouts: number }
  | { kind: 'unexplained'; messages: number }
  | { kind: 'chatClear'; messages: number }
  /** A mode switched on at `fromMs` and off in the last second before `toMs`. */
  | { kind: 'mode'; mode: string; value: number; changes: number }
  | { kind: 'announcement'; announcements: number }
  /** Two labels per session, one for each channel; `copies` are messages of the partner shown here. */
  | { kind: 'sharedChat'; partner: string; copies: number }
  /** The same user id under a new login from `fromMs` on, in every channel. */
  | { kind: 'rename'; userId: string; oldLogin: string; newLogin: string }

/** Half open: fromMs <= time of the line (`atMs`) < toMs. */
export type Label = Readonly<Happened> & {
  readonly channel: string
  readonly fromMs: number
  readonly toMs: number
}
export type LabelKind = Happened['kind']

/** Labels kept: about two days of a demo; the oldest are forgotten. */
export const LABELS_MAX = 4_000

/** Labels in the order in which their spans end. */
export class LabelBook {
  #waiting: Label[] = []
  readonly #over: Label[] = []

  add(label: Label): void {
    this.#waiting.push(label)
  }

  /** Shows the labels whose span is over at this time, when their figures can no longer change. */
  close(nowMs: number): void {
    const over = this.#waiting.filter((label) => label.toMs <= nowMs)
    if (over.length === 0) return
    this.#waiting = this.#waiting.filter((label) => label.toMs > nowMs)
    over.sort((a, b) => a.toMs - b.toMs || a.fromMs - b.fromMs || (a.channel < b.channel ? -1 : 1))
    this.#over.push(...over.map((label) => Object.freeze({ ...label })))
    if (this.#over.length > LABELS_MAX) this.#over.splice(0, this.#over.length - LABELS_MAX)
  }

  get list(): readonly Label[] {
    return [...this.#over]
  }
}
