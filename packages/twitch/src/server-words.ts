/** What the server says about us in words, and what a person can do about it. */
import type { ChannelState } from '@smacktalk/contract'

/** `login`: it does not let us in. `capacity`: no more channels. `pace`: we ask for too much at once. */
export type Refusal = 'login' | 'capacity' | 'pace'

const LOGIN_REFUSED = /^(?:Login |Error logging in|Improperly formatted auth|Invalid NICK)/
/** Twitch's own words speak of "too many chat channels" (as other clients have shown them since May 2024). */
const TOO_MANY_CHANNELS = /too many (?:chat )?channels/i
const CAPACITY_IDS: ReadonlySet<string> = new Set(['msg_concurrent_channel_limit_reached'])
const TOO_FAST = /too (?:fast|quickly|many (?:joins?|logins?|requests|attempts|connections))|rate.?limit/i

/** The refusal that a NOTICE means for all of us; null when it means none. */
export function refusalIn(messageId: string, text: string, isLoggedIn: boolean): Refusal | null {
  if (CAPACITY_IDS.has(messageId) || TOO_MANY_CHANNELS.test(text)) return 'capacity'
  // Notices about sending too fast are none of ours: nothing is ever sent.
  if (TOO_FAST.test(text) && !messageId.startsWith('msg_')) return 'pace'
  if (!isLoggedIn && LOGIN_REFUSED.test(text)) return 'login'
  return null
}

const ADVICE: Readonly<Record<Refusal, string>> = {
  login:
    'Check twitch.username and its token (an expired one has to be made anew), or remove both to read anonymously. ' +
    'It is tried again once a minute.',
  capacity:
    'Twitch lets an account listen to about 100 channels. Remove channels, or run another ingestor with an account ' +
    'of its own. One channel is tried again every minute.',
  pace:
    'Other programs that use the same account or address share the limit of 20 JOINs in 10 seconds. ' +
    'One channel is tried again every minute, the rest after it.',
}

/** What the server said and what to do, as a reason on a channel. */
export function refusalReason(refusal: Refusal, text: string): string {
  return `${sentence(text)} ${ADVICE[refusal]}`
}

const REFUSED: Readonly<Record<Refusal, string>> = {
  login: 'Twitch refuses the login',
  capacity: 'Twitch lets this account into no more channels',
  pace: 'Twitch finds that this account joins too fast',
}

/** The same as one sentence, for those who look after the whole. */
export function refusalSentence(refusal: Refusal, text: string): string {
  return `${REFUSED[refusal]}: “${text.trim()}”; each channel says what to do.`
}

interface ChannelNotice {
  readonly state: ChannelState
  readonly advice: string
}

const SUSPENDED: ChannelNotice = {
  state: 'suspended',
  advice: 'It is tried again every minute; remove it if it stays away.',
}

/** NOTICEs that answer a JOIN, with the state they mean. */
const CHANNEL_NOTICES: ReadonlyMap<string, ChannelNotice> = new Map([
  ['msg_channel_suspended', SUSPENDED],
  ['tos_ban', SUSPENDED],
  [
    'msg_banned',
    {
      state: 'refused',
      advice:
        'Read with another account or anonymously, or remove the channel. It is tried again every minute.',
    },
  ],
  [
    'msg_channel_blocked',
    { state: 'refused', advice: 'Remove the channel if it stays closed. It is tried again every minute.' },
  ],
  [
    'msg_room_not_found',
    {
      state: 'not-found',
      advice: 'Check the spelling; channels can be renamed. It is tried again every 10 minutes.',
    },
  ],
] as const)

/** What a NOTICE about one channel means for hearing it; null when it means nothing. */
export function channelNotice(
  messageId: string,
  text: string,
): { readonly state: ChannelState; readonly reason: string } | null {
  const notice = CHANNEL_NOTICES.get(messageId)
  return notice === undefined ? null : { state: notice.state, reason: `${sentence(text)} ${notice.advice}` }
}

const TRIED_AGAIN = /It is tried again every (?:10 )?minutes?/

/** A reason that has not been looked at for longer than it promises. @param lookedAt epoch ms */
export function agedReason(reason: string, lookedAt: number): string {
  const at = new Date(lookedAt).toISOString().slice(0, 19).replace('T', ' ')
  if (!TRIED_AGAIN.test(reason)) return `${reason} Last looked at ${at} UTC.`
  return reason.replace(TRIED_AGAIN, `It is tried again in turn (last looked at ${at} UTC)`)
}

export const NO_ANSWER_REASON =
  'Twitch did not answer three JOINs. Check the spelling; channels can be renamed. It is tried again every 10 minutes.'

function sentence(text: string): string {
  const words = text.trim()
  return /[.!?]$/.test(words) ? words : `${words}.`
}
