/** Twitch's own emotes in a text, from the `emotes` tag: `id:start-end,start-end/id:start-end` (metrics.md). */
export interface EmoteUse {
  readonly id: string
  /** Code points from the start of the text after the ACTION wrapper, end inclusive. */
  readonly start: number
  readonly end: number
}

export interface EmoteRanges {
  readonly uses: readonly EmoteUse[]
  /** Ranges that are not 0 <= start <= end < length. */
  readonly bad: number
}

const NONE: EmoteRanges = { uses: [], bad: 0 }
/** Twitch sends at most one range per two code points of a 500 code point text; more is an attack. */
const RANGES_MAX = 1_000
const RANGE = /^(\d{1,9})-(\d{1,9})$/

export function parseEmoteRanges(tag: string, textCodePoints: number): EmoteRanges {
  if (tag === '') return NONE
  const uses: EmoteUse[] = []
  const starts = new Set<number>()
  let bad = 0
  let seen = 0
  for (const section of tag.split('/')) {
    if (section === '') continue
    const colon = section.indexOf(':')
    const id = section.slice(0, Math.max(colon, 0))
    // A section without an id or a colon holds no range that could be good: it is one bad range.
    for (const range of colon > 0 ? section.slice(colon + 1).split(',') : ['']) {
      if (++seen > RANGES_MAX) return { uses, bad: bad + 1 }
      const match = RANGE.exec(range)
      const start = Number(match?.[1])
      const end = Number(match?.[2])
      if (match === null || start > end || end >= textCodePoints) {
        bad++
      } else if (!starts.has(start)) {
        starts.add(start)
        uses.push({ id, start, end })
      }
    }
  }
  return { uses, bad }
}

/** Key of one of Twitch's own emotes: provider and id. */
export function emoteKey(id: string): string {
  return `twitch:${id}`
}

/** The code points from `start` to `end` (inclusive) of a text: what people typed for the emote. */
export function codeAt(text: string, start: number, end: number): string {
  // Without surrogates code points are code units; most texts are like that.
  if (!HAS_SURROGATES.test(text)) return text.slice(start, end + 1)
  return [...text].slice(start, end + 1).join('')
}

const HAS_SURROGATES = /[\ud800-\udfff]/
