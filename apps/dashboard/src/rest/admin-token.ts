/** The admin token, asked for only when the server wants one, and kept for as long as the page is open. */
export interface TokenQuestion {
  /** What the server said: that one is needed, or that the last one was wrong. */
  readonly detail: string
  /** Null gives up. */
  answer(token: string | null): void
}

let token: string | null = null
let question: TokenQuestion | null = null
const listeners = new Set<() => void>()

function set(next: TokenQuestion | null): void {
  question = next
  for (const listener of listeners) listener()
}

export const adminToken = {
  get: (): string | null => token,
  question: (): TokenQuestion | null => question,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** Asks the person at the page; a question that is still open is given up. Null: there will be none. */
  ask(detail: string): Promise<string | null> {
    question?.answer(null)
    const { promise, resolve } = Promise.withResolvers<string | null>()
    set({
      detail,
      answer(given) {
        token = given
        set(null)
        resolve(given)
      },
    })
    return promise
  },
}
