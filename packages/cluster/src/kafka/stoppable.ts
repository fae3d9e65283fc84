/** The answer, or null at once when the signal aborts first; what the answer then comes to is of no account. */
export async function stoppable<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const stopped = Promise.withResolvers<null>()
  const stop = (): void => stopped.resolve(null)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const first = await Promise.race([answer, stopped.promise])
    return signal.aborted ? null : first
  } finally {
    signal.removeEventListener('abort', stop)
    answer.catch(() => {
      // Told already when it was the first to end; otherwise nobody waits for it any more.
    })
  }
}
