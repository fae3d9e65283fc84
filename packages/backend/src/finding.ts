/** What somebody who looks at a part of the installation has to say about it. */
export interface Finding {
  /** The part: `broker`, `topics`, ... */
  readonly what: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  /** One sentence or several. */
  readonly says: string
  /** What to do about it; empty when there is nothing to do. */
  readonly advice: string
}

export function ok(what: string, says: string): Finding {
  return { what, verdict: 'ok', says, advice: '' }
}

export function warn(what: string, says: string, advice: string): Finding {
  return { what, verdict: 'warn', says, advice }
}

export function fail(what: string, says: string, advice: string): Finding {
  return { what, verdict: 'fail', says, advice }
}
