import { type StoredEvidence, type TopEntry, TopList } from '@smacktalk/contract'
import type { Occurrence } from './occurrence.ts'

/** Keys per list: what has more than an eighth of all is found for certain (SpaceSaving). */
const KEYS_MAX = 8
/** A command or an emote's text is cut to this; they are labels here. */
const LABEL_CHARACTERS_MAX = 50

/** What a message shows of why it was written. */
export interface MessageSigns {
  readonly question: boolean
  /** Each emote of the message once. */
  readonly emotes: readonly Occurrence[]
  /** Null when it is no command. */
  readonly command: string | null
  readonly author: string
  /** Hash of the normalised text; 0 when it is too short to be copied. */
  readonly textKey: number
  /** The same person wrote the same a moment ago. */
  readonly repeated: boolean
}

/** What is most frequent among the messages of some seconds. */
export class Evidence {
  messages: number
  questions: number
  repeats: number
  readonly #emotes: TopList
  readonly #commands: TopList
  readonly #texts: TopList

  constructor(stored?: StoredEvidence) {
    this.messages = stored?.messages ?? 0
    this.questions = stored?.questions ?? 0
    this.repeats = stored?.repeats ?? 0
    this.#emotes = new TopList(KEYS_MAX, stored?.emotes)
    this.#commands = new TopList(KEYS_MAX, stored?.commands)
    this.#texts = new TopList(KEYS_MAX, stored?.texts)
  }

  add({ question, emotes, command, author, textKey, repeated }: MessageSigns): void {
    this.messages++
    if (question) this.questions++
    for (const { key, label } of emotes) this.#emotes.add(key, label.slice(0, LABEL_CHARACTERS_MAX), 1)
    if (command !== null) this.#commands.add(command.slice(0, LABEL_CHARACTERS_MAX), '', 1)
    if (repeated) this.repeats++
    else if (textKey !== 0) this.#addText(String(textKey), author)
  }

  /** A text has as its label who wrote it last: the same person with other signs in it only repeats it. */
  #addText(key: string, author: string): void {
    if (this.#texts.labelOf(key) === author) this.repeats++
    else this.#texts.add(key, author, 1)
  }

  /** Takes over what another one holds. */
  merge(other: Evidence): void {
    this.messages += other.messages
    this.questions += other.questions
    this.repeats += other.repeats
    mergeList(this.#emotes, other.#emotes)
    mergeList(this.#commands, other.#commands)
    for (const { key, label, count, error } of other.#texts.toStored().entries) {
      // Who wrote it last here and alone there has repeated it.
      const again = this.#texts.labelOf(key) === label ? 1 : 0
      if (count - error > again) this.#texts.add(key, label, count - error - again)
    }
  }

  get topEmote(): TopEntry | null {
    return surest(this.#emotes)
  }
  get topCommand(): TopEntry | null {
    return surest(this.#commands)
  }
  get topText(): TopEntry | null {
    return surest(this.#texts)
  }

  /** Messages with the most frequent sign of all. */
  get agreement(): number {
    return Math.max(
      this.questions,
      sureCount(this.topEmote),
      sureCount(this.topCommand),
      sureCount(this.topText),
    )
  }

  toStored(): StoredEvidence {
    return {
      messages: this.messages,
      questions: this.questions,
      repeats: this.repeats,
      emotes: this.#emotes.toStored(),
      commands: this.#commands.toStored(),
      texts: this.#texts.toStored(),
    }
  }
}

/** How often it came at least. */
export function sureCount(entry: TopEntry | null): number {
  return entry === null ? 0 : entry.count - entry.error
}

function mergeList(into: TopList, from: TopList): void {
  for (const { key, label, count, error } of from.toStored().entries) into.add(key, label, count - error)
}

/** The one that came most often for certain; among equals the first by its key. */
function surest(list: TopList): TopEntry | null {
  let best: TopEntry | null = null
  for (const entry of list.toStored().entries) {
    const more = sureCount(entry) - sureCount(best)
    if (best === null || more > 0 || (more === 0 && entry.key < best.key)) best = entry
  }
  return best
}

/** Messages agree when this part of them says the same, in percent. */
const AGREEING_PERCENT = 50

/** Whether most messages of some seconds have the same emote, command, question or text. */
export function doAgree(before: Evidence, now: Evidence): boolean {
  const seen = new Evidence()
  seen.merge(before)
  seen.merge(now)
  return seen.agreement * 100 >= seen.messages * AGREEING_PERCENT
}

const TEXT_LETTERS_MIN = 12

/**
 * Hash of a lower-cased text that is the same for near-identical ones: only letters and digits count, so that
 * spaces, signs and invisible padding make no difference. 0 when there are too few of them: short exclamations are
 * the same without being copied.
 */
export function textKeyOf(lower: string): number {
  if (lower.length < TEXT_LETTERS_MIN) return 0
  let hash = 0x811c9dc5
  let letters = 0
  for (let index = 0; index < lower.length; index++) {
    const unit = lower.charCodeAt(index)
    const counts = (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit > 0x7f
    if (!counts) continue
    letters++
    hash = Math.imul(hash ^ unit, 0x01000193)
    hash ^= hash >>> 15
  }
  return letters < TEXT_LETTERS_MIN ? 0 : (hash >>> 0) + 1
}
