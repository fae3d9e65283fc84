/**
 * Splits one IRC line as Twitch sends it. Nothing here throws, and nothing knows what a tag means.
 *
 * A line is IRC when it has a command of letters or of three digits; whether the command makes sense is for the
 * reader to say. Parameters, tags and prefix are all optional.
 */
export interface IrcLine {
  /** Everything between `@` and the first space, still escaped; empty when there are no tags. */
  readonly rawTags: string
  /** Without its colon; null when there is none. */
  readonly prefix: string | null
  readonly command: string
  /** Middle parameters, then the trailing one, with or without its colon. */
  readonly params: readonly string[]
}

const SPACE = 32
const COLON = 58
const AT = 64
const BACKSLASH = '\\'

/** Parameters of one line; the protocol allows 15, and a hostile line must not make more of them. */
const PARAMS_MAX = 15

/** The parts of a line without its line end; null when it is no IRC. */
export function splitIrcLine(line: string): IrcLine | null {
  let at = 0
  let rawTags = ''
  if (line.charCodeAt(0) === AT) {
    const end = line.indexOf(' ')
    if (end === -1) return null
    rawTags = line.slice(1, end)
    at = skipSpaces(line, end)
  }
  let prefix: string | null = null
  if (line.charCodeAt(at) === COLON) {
    const end = line.indexOf(' ', at)
    if (end === -1 || end === at + 1) return null
    prefix = line.slice(at + 1, end)
    at = skipSpaces(line, end)
  }
  const commandEnd = endOfWord(line, at)
  const command = line.slice(at, commandEnd)
  if (!isCommand(command)) return null
  return { rawTags, prefix, command, params: splitParams(line, skipSpaces(line, commandEnd)) }
}

function splitParams(line: string, from: number): string[] {
  const params: string[] = []
  let at = from
  while (at < line.length) {
    if (line.charCodeAt(at) === COLON) {
      params.push(line.slice(at + 1))
      break
    }
    if (params.length === PARAMS_MAX - 1) {
      params.push(line.slice(at))
      break
    }
    const end = endOfWord(line, at)
    params.push(line.slice(at, end))
    at = skipSpaces(line, end)
  }
  return params
}

function skipSpaces(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) === SPACE) at++
  return at
}

function endOfWord(line: string, from: number): number {
  const end = line.indexOf(' ', from)
  return end === -1 ? line.length : end
}

function isCommand(command: string): boolean {
  if (command === '') return false
  let digits = 0
  for (let index = 0; index < command.length; index++) {
    const code = command.charCodeAt(index)
    if (code >= 48 && code <= 57) digits++
    else if (!((code >= 65 && code <= 90) || (code >= 97 && code <= 122))) return false
  }
  return digits === 0 || (digits === 3 && command.length === 3)
}

/**
 * Tags by name with their values unescaped. Of a tag given twice the last counts; a tag without `=` is empty.
 * A Map, because `__proto__` and `constructor` have been tag names.
 */
export function parseTags(rawTags: string): Map<string, string> {
  const tags = new Map<string, string>()
  const escaped = rawTags.includes(BACKSLASH)
  let at = 0
  while (at < rawTags.length) {
    let end = rawTags.indexOf(';', at)
    if (end === -1) end = rawTags.length
    const equals = rawTags.indexOf('=', at)
    if (equals === -1 || equals >= end) {
      if (end > at) tags.set(rawTags.slice(at, end), '')
    } else {
      const value = rawTags.slice(equals + 1, end)
      tags.set(rawTags.slice(at, equals), escaped ? unescapeTagValue(value) : value)
    }
    at = end + 1
  }
  return tags
}

/** An unknown escape loses its backslash, a lone one at the end vanishes (IRCv3 message tags). */
export function unescapeTagValue(value: string): string {
  let at = value.indexOf(BACKSLASH)
  if (at === -1) return value
  let result = ''
  let from = 0
  while (at !== -1) {
    result += value.slice(from, at)
    const next = value.charAt(at + 1)
    if (next === 's') result += ' '
    else if (next === ':') result += ';'
    else if (next === 'r') result += '\r'
    else if (next === 'n') result += '\n'
    else result += next
    from = at + 2
    at = value.indexOf(BACKSLASH, from)
  }
  return result + value.slice(from)
}

/** The name before `!` or `@` of a prefix; the whole prefix when it has neither. */
export function nickOf(prefix: string): string {
  let end = prefix.indexOf('!')
  if (end === -1) end = prefix.indexOf('@')
  return end === -1 ? prefix : prefix.slice(0, end)
}
