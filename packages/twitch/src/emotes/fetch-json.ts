/** One question to a provider: bounded in time and size, and every way to fail told apart. */
import { BrokenAnswerError } from './provider-answers.ts'

export type Answer =
  | { readonly kind: 'json'; readonly json: unknown; readonly etag: string | null }
  /** What the entity tag stands for is still so. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'not-found' }

/** The provider cannot be reached, or asks to be left alone; `retryAfterMs` is what it asked for. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
  readonly retryAfterMs: number | null
  constructor(message: string, retryAfterMs: number | null = null, cause?: unknown) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
  }
}

/** A 7TV set of 1,000 emotes takes some 3 MB; far beyond that it is none. */
const ANSWER_BYTES_MAX = 16_777_216
const ETAG_CHARACTERS_MAX = 200

export interface FetchLimits {
  readonly timeoutMs: number
  readonly bytesMax?: number
}

/**
 * Throws ProviderUnavailableError when nothing can be learned now, BrokenAnswerError when the answer makes no sense.
 * @param etag of the answer that is known, or null
 */
export async function fetchJson(
  url: string,
  etag: string | null,
  { timeoutMs, bytesMax = ANSWER_BYTES_MAX }: FetchLimits,
  signal: AbortSignal,
): Promise<Answer> {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...(etag === null ? {} : { 'if-none-match': etag }) },
      signal: AbortSignal.any([signal, limit]),
    })
    if (response.status !== 200) return await withoutBody(response)
    const text = await bodyOf(response, bytesMax)
    const tag = response.headers.get('etag')
    return {
      kind: 'json',
      json: parsed(text),
      etag: tag !== null && tag.length <= ETAG_CHARACTERS_MAX ? tag : null,
    }
  } catch (error) {
    if (error instanceof BrokenAnswerError || error instanceof ProviderUnavailableError) throw error
    const what = limit.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error)
    throw new ProviderUnavailableError(what, null, error)
  }
}

async function withoutBody(response: Response): Promise<Answer> {
  // An unread body would keep its connection.
  await response.body?.cancel()
  if (response.status === 304) return { kind: 'unchanged' }
  if (response.status === 404) return { kind: 'not-found' }
  throw new ProviderUnavailableError(`HTTP ${response.status}`, retryAfterMs(response))
}

async function bodyOf(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    // Leaving the loop cancels what is still to come.
    if (bytes > bytesMax) throw new BrokenAnswerError(`the answer is larger than ${bytesMax} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BrokenAnswerError('the answer is no JSON', { cause })
  }
}

/** Seconds; the other form, a date, is as if absent. */
function retryAfterMs(response: Response): number | null {
  const value = response.headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : null
}

/** The network's own words stand in the cause of what `fetch` throws. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : 'it failed'
}
