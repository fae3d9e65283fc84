import type { Problem } from '@smacktalk/contract'

/** An answer of the gateway that is no success, or no answer at all (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** What went wrong and what a person can do. */
  readonly detail: string

  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(`${status}: ${detail}`, options)
    this.status = status
    this.detail = detail
  }
}

/** Longest detail that is shown, so that a foreign error page cannot fill the screen. */
const DETAIL_CHARACTERS_MAX = 300

/** Reads a problem document; anything else still gives a sentence. */
export function apiErrorFrom(status: number, body: unknown): ApiError {
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body
      ? (body as Partial<Problem>).detail
      : undefined
  return new ApiError(
    status,
    typeof detail === 'string' && detail !== ''
      ? detail.slice(0, DETAIL_CHARACTERS_MAX)
      : `The server answered with status ${status}.`,
  )
}
