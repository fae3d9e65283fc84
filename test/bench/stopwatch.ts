/** Adds up what pieces of work cost, so that making the load between them stays out of the figures. */
export class Stopwatch {
  readonly pieceMs: number[] = []
  #ms = 0
  #cpuMicroseconds = 0

  get seconds(): number {
    return this.#ms / 1_000
  }

  /** Of the whole process while pieces ran: garbage collection and compilation included. */
  get cpuSeconds(): number {
    return this.#cpuMicroseconds / 1_000_000
  }

  async time(piece: () => void | Promise<void>): Promise<void> {
    const cpu = process.cpuUsage()
    const startedAt = performance.now()
    await piece()
    const ms = performance.now() - startedAt
    const { user, system } = process.cpuUsage(cpu)
    this.pieceMs.push(ms)
    this.#ms += ms
    this.#cpuMicroseconds += user + system
  }
}

/** Largest memory of this process so far. */
export function peakRssBytes(): number {
  // Kilobytes on every system, whatever the manual of the underlying call says.
  return process.resourceUsage().maxRSS * 1_024
}
