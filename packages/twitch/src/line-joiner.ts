/** Lines out of WebSocket messages. */

/** No line of Twitch is nearly as long; what is, is no chat and must not grow in memory. */
const CUT_LINE_CHARACTERS_MAX = 65_536

/** How a line of a server begins; a cut text that looks like it, with a name as a prefix has it, is hardly met. */
const PREFIX = String.raw`(?:@\S+ +)?:[^\s!.]*[!.]\S* +`
const COMMANDS =
  'PRIVMSG|NOTICE|USERNOTICE|CLEARCHAT|CLEARMSG|ROOMSTATE|USERSTATE|GLOBALUSERSTATE|JOIN|PART|CAP|WHISPER|HOSTTARGET'
const WHOLE_START = new RegExp(
  String.raw`^(?:${PREFIX}(?:${COMMANDS}|\d{3}) |(?:${PREFIX})?(?:PING|PONG|RECONNECT)(?: |$))`,
)

export interface LineJoiner {
  /** The whole lines that a message completes, without line ends, empty ones left out. */
  take(message: string): string[]
}

/**
 * A message holds several lines, each with its CRLF. Where a server has ended every message so far with CRLF, one
 * that does not is a line cut in two and waits for its rest. A server that ends lines with the message alone is
 * found out by the next message, which begins like a whole line, and then taken at its word.
 */
export function createLineJoiner(): LineJoiner {
  let endsLines: boolean | null = null
  let cut = ''
  return {
    take(message) {
      const lines = message.split('\r\n')
      const rest = lines.pop() ?? ''
      // A CRLF may be cut, too.
      const first = lines[0] ?? rest
      if (!cut.endsWith('\r') && WHOLE_START.test(cut) && WHOLE_START.test(first)) {
        endsLines = false
        lines.unshift(cut)
        cut = ''
      }
      endsLines ??= rest === ''
      const whole = endsLines ? joinCut(lines, rest) : [...lines, rest]
      return whole.filter((line) => line !== '')
    },
  }

  function joinCut(lines: string[], rest: string): string[] {
    const [first, ...others] = `${cut}${[...lines, rest].join('\r\n')}`.split('\r\n')
    const all = [first ?? '', ...others]
    cut = all.pop() ?? ''
    if (cut.length <= CUT_LINE_CHARACTERS_MAX) return all
    all.push(cut)
    cut = ''
    return all
  }
}
