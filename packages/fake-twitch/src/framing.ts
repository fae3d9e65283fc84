/** How lines are put into WebSocket frames: several whole lines in one message, as Twitch does, by a seed. */

export interface Framing {
  /** Decides how many lines share a message and where it is cut. Default 1. */
  readonly seed?: number
  /** Most lines in one message. Default 16. */
  readonly linesMax?: number
  /** Sends each message as fragments cut at any byte, even inside a character; clients must put them together. */
  readonly fragment?: boolean
  /** Once a client is in a channel: ends messages at any character, even inside a line or between its CR and LF, so that a line spans several. */
  readonly cutLines?: boolean
}

const LINES_MAX = 16
/** Cuts per message when fragmenting. */
const CUTS_MAX = 3

/** Small seeded generator (mulberry32): enough to vary frame sizes. */
export function seededFractions(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Joins lines to messages of random size, each line ended by CRLF; order is kept, no line is cut. */
export function joinLines(lines: readonly string[], linesMax: number, fraction: () => number): string[] {
  const messages: string[] = []
  for (let from = 0; from < lines.length; ) {
    const count = 1 + Math.floor(fraction() * linesMax)
    messages.push(`${lines.slice(from, from + count).join('\r\n')}\r\n`)
    from += count
  }
  return messages
}

/** Cuts messages at random characters: the same text, in more pieces. */
export function cutMessages(messages: readonly string[], fraction: () => number): string[] {
  return messages.flatMap((message) => {
    if (message.length < 2) return [message]
    const drawn = 1 + Math.floor(fraction() * (message.length - 1))
    // A text message cannot end inside a character.
    const at = /[\udc00-\udfff]/.test(message.charAt(drawn)) ? drawn + 1 : drawn
    return [message.slice(0, at), message.slice(at)]
  })
}

/** Cuts bytes at random places into one to CUTS_MAX + 1 parts, none of them empty. */
export function cutBytes(bytes: Buffer, fraction: () => number): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let cut = 0; cut < CUTS_MAX && bytes.length - from > 1; cut++) {
    const to = from + 1 + Math.floor(fraction() * (bytes.length - from - 1))
    parts.push(bytes.subarray(from, to))
    from = to
  }
  parts.push(bytes.subarray(from))
  return parts
}

export function linesMaxOf(framing: Framing): number {
  return Math.max(1, Math.floor(framing.linesMax ?? LINES_MAX))
}
