/** A second, simple reading of IRC lines, written for tests only and sharing nothing with what made the lines. */
export interface NaiveLine {
  tags: Map<string, string>
  prefix: string
  command: string
  channel: string
  /** Undefined when the line has none. */
  text: string | undefined
}

const SHAPE = /^@([^ ]+) :([^ ]+) ([A-Z]+) #([a-z0-9_]{1,25})(?: :(.*))?$/s

/** Undefined when the line is not of the shape every sound line of the world has. */
export function readNaively(line: string): NaiveLine | undefined {
  const match = SHAPE.exec(line)
  if (match === null) return undefined
  const tags = new Map<string, string>()
  for (const pair of (match[1] ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at < 0 || tags.has(pair.slice(0, at))) return undefined
    tags.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return {
    tags,
    prefix: match[2] ?? '',
    command: match[3] ?? '',
    channel: match[4] ?? '',
    text: match[5],
  }
}

/** The text without its ACTION wrapper: what emote positions count in. */
export function insideAction(text: string): string {
  if (!text.startsWith('\u0001ACTION ')) return text
  return text.slice(8).replace(/\u0001$/, '')
}
