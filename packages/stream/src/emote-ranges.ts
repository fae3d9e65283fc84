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

/** How often one emote is in a message. */
export interface EmoteCount {
  /** Provider and id, `twitch:25`. */
  readonly key: string
  /** What people typed for it. */
  readonly code: string
  count: number
}

/** The emotes of a message, each once, in the order of their first range. */
export function countEmotes(uses: readonly EmoteUse[], unwrapped: string): readonly EmoteCount[] {
  if (uses.length === 0) return []
  const counts = new Map<string, EmoteCount>()
  for (const { id, start, end } of uses) {
    const known = counts.get(id)
    if (known !== undefined) known.count++
    else counts.set(id, { key: `twitch:${id}`, code: codeAt(unwrapped, start, end), count: 1 })
  }
  return [...counts.values()]
}

/** The code points from `start` to `end`, inclusive. */
function codeAt(text: string, start: number, end: number): string {
  // Without surrogates code points are code units; most texts are like that.
  if (!HAS_SURROGATES.test(text)) return text.slice(start, end + 1)
  return [...text].slice(start, end + 1).join('')
}

const HAS_SURROGATES = /[\ud800-\udfff]/
