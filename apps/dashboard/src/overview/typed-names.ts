import { parseChannelName } from '@smacktalk/contract'
import { tameName } from '../format/names.ts'

/** One name out of what a person typed or pasted. */
export interface TypedName {
  /** Its place and its text: the same name may be typed twice. */
  readonly key: string
  /** As typed, made harmless to show. */
  readonly shown: string
  /** Null when it is no channel name. */
  readonly login: string | null
  readonly verdict: 'new' | 'known' | 'twice' | 'wrong'
  /** Why it will not be added, short; empty for a new one. */
  readonly remark: string
  /** The same as a sentence. */
  readonly reason: string
}

const NAME_LENGTH_MAX = 25
/** Twitch lets one account join 20 channels in 10 s; ingestors keep a reserve. */
const JOINS_PER_SECOND = 18 / 10.5

/** Reads names and links in any mix, separated by white space, commas or semicolons. */
export function readTypedNames(text: string, known: ReadonlySet<string>): TypedName[] {
  const seen = new Set<string>()
  return text
    .split(/[\s,;]+/u)
    .filter((part) => part !== '')
    .map((part, index): TypedName => {
      const key = `${index} ${part}`
      const parsed = parseChannelName(part)
      const shown = parsed.ok ? parsed.login : tameName(part)
      if (!parsed.ok) {
        return { key, shown, login: null, verdict: 'wrong', remark: shortReason(part), reason: parsed.reason }
      }
      const { login } = parsed
      if (seen.has(login)) {
        return {
          key,
          shown,
          login,
          verdict: 'twice',
          remark: 'twice',
          reason: `${login} is in the list twice.`,
        }
      }
      seen.add(login)
      if (known.has(login)) {
        const remark = 'already added'
        return { key, shown, login, verdict: 'known', remark, reason: `${login} is added already.` }
      }
      return { key, shown, login, verdict: 'new', remark: '', reason: '' }
    })
}

function shortReason(typed: string): string {
  const plain = typed.replace(/^#/, '')
  if (/^[a-z0-9_]+$/i.test(plain) && plain.length > NAME_LENGTH_MAX) {
    return `longer than ${NAME_LENGTH_MAX}`
  }
  return 'letters, digits and _ only'
}

/** The new logins, in the order they were typed. */
export function newLogins(names: readonly TypedName[]): string[] {
  return names.flatMap(({ verdict, login }) => (verdict === 'new' && login !== null ? [login] : []))
}

/** How long joining takes behind those that wait already, s. */
export function joinSeconds(amount: number, waiting: number): number {
  return Math.ceil((amount + waiting) / JOINS_PER_SECOND)
}
