import type { Problem } from '@smacktalk/contract'

/** An answer of the gateway that is no success, or no answer at all (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** What went wrong and what a person can do. */
  readonly detail: string
  /** What the log of the server calls a request that failed there; null for any other. */
  readonly request: string | null

  constructor(
    status: number,
    detail: string,
    { request = null, ...options }: ErrorOptions & { request?: string | null } = {},
  ) {
    super(`${status}: ${detail}`, options)
    this.status = status
    this.detail = detail
    this.request = request
  }
}

/** Longest detail that is shown, so that a foreign error page cannot fill the screen. */
const DETAIL_CHARACTERS_MAX = 300

const REQUEST_CHARACTERS_MAX = 40

/** Reads a problem document; anything else still gives a sentence. */
export function apiErrorFrom(status: number, body: unknown): ApiError {
  const { detail, request }: { [name in keyof Problem]?: unknown } =
    typeof body === 'object' && body !== null ? body : {}
  return new ApiError(
    status,
    typeof detail === 'string' && detail !== ''
      ? detail.slice(0, DETAIL_CHARACTERS_MAX)
      : `The server answered with status ${status}.`,
    { request: typeof request === 'string' ? request.slice(0, REQUEST_CHARACTERS_MAX) : null },
  )
}
