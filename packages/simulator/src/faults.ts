/** Lines broken on purpose, as real chat has them now and then. */
import type { Random } from './random.ts'

/** What is wrong: tags missing or unusable, no text, emote ranges past the end, no IRC at all, or sent twice. */
export type LineFault =
  | 'no-id'
  | 'no-user'
  | 'no-room'
  | 'no-time'
  | 'far-future'
  | 'no-tags'
  | 'no-text'
  | 'bad-range'
  | 'malformed'
  | 'duplicate'

const KINDS = [
  'no-id',
  'no-user',
  'no-room',
  'no-time',
  'far-future',
  'no-tags',
  'no-text',
  'bad-range',
  'malformed',
] as const

/** No command, so no IRC; without a leading @ or colon, which clients drop unseen. */
const NOISE = '~~~ %% noise on the wire %% ~~~'

/** Breaks a finished PRIVMSG line in one way. */
export function breakLine(random: Random, line: string): { line: string; fault: LineFault } {
  const fault = random.pick(KINDS)
  switch (fault) {
    case 'no-id':
      return { fault, line: line.replace(/;id=[^; ]*/, '') }
    case 'no-user':
      return { fault, line: line.replace(/;user-id=[^; ]*/, '') }
    case 'no-room':
      return { fault, line: line.replace(/;room-id=[^; ]*/, '') }
    case 'no-time':
      return { fault, line: line.replace(/;tmi-sent-ts=[^; ]*/, ';tmi-sent-ts=') }
    case 'far-future':
      return { fault, line: line.replace(/;tmi-sent-ts=[^; ]*/, ';tmi-sent-ts=99999999999999') }
    case 'no-tags':
      return { fault, line: line.slice(line.indexOf(' ') + 1) }
    case 'no-text':
      return { fault, line: line.replace(/( PRIVMSG #\S+) :.*$/s, '$1') }
    case 'bad-range':
      return { fault, line: line.replace(/;emotes=[^; ]*/, ';emotes=25:900-904') }
    case 'malformed':
      return { fault, line: NOISE }
  }
}
