import { STATUS_CODES } from 'node:http'
import type { Problem } from '@smacktalk/contract'

/** A request that cannot be answered as asked; `detail` says what a person can do (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly parameter: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    options: { parameter?: string; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = status
    this.parameter = options.parameter ?? null
    this.headers = options.headers ?? {}
  }

  body(): Problem {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.parameter === null ? {} : { parameter: this.parameter }),
    }
  }
}

/** A parameter that is unknown, repeated, unreadable or out of bounds. */
export function badParameter(parameter: string, detail: string): HttpProblem {
  return new HttpProblem(400, detail, { parameter })
}
