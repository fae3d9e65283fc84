/**
 * Asks a history service what was said in a channel, by the protocol of recent-messages: one GET per question,
 * answered with raw IRC lines that carry when the service heard them. Such services are small and free: whoever
 * calls this spaces the questions.
 */
import { parseTags, splitIrcLine } from './irc-line.ts'
import { tagTime } from './tag-values.ts'

/** What a service keeps per channel (its documentation); it is not asked for more. */
export const HISTORY_LINES_MAX = 800

/** That many lines of 4 KB, which is what Twitch sends at most, with room for the JSON around them. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024
const ANSWER_WAIT_MS = 10_000
/** A service that names a longer rest is not asked again for so long. */
const REST_MS_MAX = 3_600_000
/** Characters of what a service says for itself. */
const REASON_MAX = 200

export interface HistoryQuestion {
  readonly login: string
  /** Lines that the service heard after and before these, epoch ms, both exclusive. */
  readonly after: number
  readonly before: number
}

export interface ToldLine {
  readonly raw: string
  /** When the service heard it, epoch ms. */
  readonly heardAt: number
}

export type HistoryAnswer =
  /** `isJoined`: the service hears the channel now, so that its answer reaches up to now. In its order. */
  | { readonly kind: 'told'; readonly lines: readonly ToldLine[]; readonly isJoined: boolean }
  /** The channel's owner wants no history: it is not asked for again. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** `restMs`: how long the service wants to be left alone; null when it does not say. */
  | { readonly kind: 'failed'; readonly reason: string; readonly restMs: number | null }

export type AskHistory = (question: HistoryQuestion, signal: AbortSignal) => Promise<HistoryAnswer>

/** @param url everything before the channel's name, as `https://host/api/v2/recent-messages` */
export function createHistoryService(url: string): AskHistory {
  const base = url.replace(/\/+$/, '')
  return async ({ login, after, before }, signal) => {
    const query = new URLSearchParams({
      limit: String(HISTORY_LINES_MAX),
      after: String(Math.floor(after)),
      before: String(Math.ceil(before)),
    })
    try {
      const response = await fetch(`${base}/${encodeURIComponent(login)}?${query}`, {
        headers: { accept: 'application/json', 'user-agent': 'smacktalk' },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT_MS)]),
      })
      return await answerOf(response)
    } catch (error) {
      // Refused, timed out, cut off, no JSON: a service that is down is no fault of ours.
      return { kind: 'failed', reason: reasonOf(error), restMs: null }
    }
  }
}

async function answerOf(response: Response): Promise<HistoryAnswer> {
  if (response.status === 403) {
    await response.body?.cancel()
    return { kind: 'forbidden', reason: 'the owner of the channel wants no history' }
  }
  if (!response.ok) {
    await response.body?.cancel()
    return { kind: 'failed', reason: `status ${response.status}`, restMs: restMsOf(response) }
  }
  const body: unknown = JSON.parse(await textOf(response))
  const {
    messages,
    error,
    error_code: code,
  }: ServiceAnswer = typeof body === 'object' && body !== null ? body : {}
  // Comes with status 200, and with whatever was heard before.
  const isJoined = code !== 'channel_not_joined'
  if (isJoined && typeof (code ?? error) === 'string') {
    return { kind: 'failed', reason: String(code ?? error).slice(0, REASON_MAX), restMs: null }
  }
  if (!Array.isArray(messages)) {
    return { kind: 'failed', reason: 'the answer has no list of messages', restMs: null }
  }
  const lines = messages.slice(-HISTORY_LINES_MAX).flatMap((raw: unknown) => toldLine(raw) ?? [])
  return { kind: 'told', lines, isJoined }
}

/** Its own fields, of which any may be missing or of another kind. */
interface ServiceAnswer {
  readonly messages?: unknown
  readonly error?: unknown
  readonly error_code?: unknown
}

async function textOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body ?? []) {
    bytes += piece.byteLength
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer has more than ${ANSWER_BYTES_MAX} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Null for what is no line of a history: nobody knows when it was heard. */
function toldLine(raw: unknown): ToldLine | null {
  if (typeof raw !== 'string') return null
  const line = splitIrcLine(raw)
  if (line === null) return null
  const heardAt = tagTime(parseTags(line.rawTags).get('rm-received-ts'))
  return heardAt > 0 ? { raw, heardAt } : null
}

function restMsOf(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, REST_MS_MAX) : null
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message.slice(0, REASON_MAX) : String(cause)
}
