/** Hearing does not wait for a list that cannot be read: until it is, the configured channels are wanted. */
import { type Clock, PipelineError } from '@smacktalk/ports'
import type { Logger } from '@smacktalk/runtime'
import type { WantedChannels } from '@smacktalk/wanted-channels'
import type { ChannelsToHear } from './ingestor.ts'

/** A log that works has told the list by then; channels that were removed on a page are not to be joined again. */
export const LIST_WAIT_MS = 10_000
const RETRY_MS = 1_000

export interface WantedMeanwhileOptions {
  /** Resolves when the list has been read. Whoever gave it hears of its failure. */
  readonly list: Promise<WantedChannels>
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Resolves to the list, or, when it takes too long, to what stands for it and becomes it. */
export async function wantedMeanwhile(options: WantedMeanwhileOptions): Promise<ChannelsToHear> {
  const { list, clock, logger } = options
  const waiting = new AbortController()
  const patience = clock.sleep(LIST_WAIT_MS, AbortSignal.any([waiting.signal, options.signal]))
  try {
    const found = await Promise.race([list, patience.then(() => null)])
    if (found !== null) return found
  } finally {
    waiting.abort()
  }
  options.signal.throwIfAborted()
  logger.warn('the list of channels cannot be read yet; the configured ones are heard meanwhile')
  return new Configured(options)
}

class Configured implements ChannelsToHear {
  readonly #options: WantedMeanwhileOptions
  readonly #listeners = new Set<() => void>()
  #configured: readonly string[] = []
  #list: WantedChannels | null = null

  constructor(options: WantedMeanwhileOptions) {
    this.#options = options
    options.list.then(
      (list) => this.#take(list),
      // Told by whoever follows the list.
      () => undefined,
    )
  }

  all(): readonly { readonly login: string }[] {
    return this.#list?.all() ?? this.#configured.map((login) => ({ login }))
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async applyConfig(logins: readonly string[]): ReturnType<WantedChannels['applyConfig']> {
    if (this.#list !== null) return this.#list.applyConfig(logins)
    this.#configured = [...logins]
    this.#tell()
    return []
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  async #take(list: WantedChannels): Promise<void> {
    const { clock, logger, signal } = this.#options
    while (!signal.aborted) {
      const logins = this.#configured
      try {
        const refused = await list.applyConfig(logins)
        for (const { name, reason } of refused)
          logger.warn({ channel: name, reason }, 'a channel is left out')
        if (logins === this.#configured) break
      } catch (error) {
        if (!(error instanceof PipelineError && error.retriable)) throw error
        await clock.sleep(RETRY_MS, signal)
      }
    }
    this.#list = list
    list.onChange(() => this.#tell())
    this.#tell()
  }
}
