/** Which settings each channel's records are judged under; a change travels in the log before the next record. */
import { type ChannelSettings, DEFAULT_COMMAND_PREFIX, type MomentThresholds } from '@smacktalk/contract'

/** The part of the settings that the ingestor needs. */
export interface IngestorSettings {
  /** Logins counted as bots everywhere. */
  readonly bots: readonly string[]
  /** Ids or logins of people who are not counted by name. */
  readonly optOut: readonly string[]
  /** What is a moment; the defaults when left out. */
  readonly moments?: MomentThresholds
  /** Configured channels; others have the defaults. */
  readonly channels: readonly {
    readonly name: string
    readonly bots?: readonly string[]
    readonly commandPrefix?: string
  }[]
}

/** Channels remembered; the one met first is forgotten first and only gets its settings told once more. */
const CHANNELS_MAX = 10_000

export interface SettingsBook {
  /** The record to write before the first record of a channel, or after its name changed; null otherwise. */
  ensure(channelId: string, channelLogin: string): ChannelSettings | null
  /** New settings; gives back a record for each channel met so far whose settings changed. */
  update(next: IngestorSettings): ChannelSettings[]
  /** Settings of a channel, met or not. */
  of(channelId: string, channelLogin: string): ChannelSettings
}

export function createSettingsBook(settings: IngestorSettings): SettingsBook {
  let current = resolved(settings)
  const told = new Map<string, { login: string; fingerprint: string }>()

  function of(channelId: string, channelLogin: string): ChannelSettings {
    const own = current.channels.get(channelLogin)
    return {
      channelId,
      channelLogin,
      bots: own === undefined ? current.bots : sorted([...current.bots, ...(own.bots ?? [])]),
      commandPrefix: own?.commandPrefix ?? DEFAULT_COMMAND_PREFIX,
      optOut: current.optOut,
      moments: current.moments,
    }
  }

  function tell(record: ChannelSettings): ChannelSettings | null {
    const { channelId, channelLogin, bots, commandPrefix, optOut, moments } = record
    const fingerprint = JSON.stringify([bots, commandPrefix, optOut, moments])
    const before = told.get(channelId)
    told.set(channelId, { login: channelLogin, fingerprint })
    if (told.size > CHANNELS_MAX) {
      for (const oldest of told.keys()) {
        told.delete(oldest)
        break
      }
    }
    return before?.fingerprint === fingerprint ? null : record
  }

  return {
    of,
    ensure(channelId, channelLogin) {
      if (told.get(channelId)?.login === channelLogin) return null
      return tell(of(channelId, channelLogin))
    },
    update(next) {
      current = resolved(next)
      const changed: ChannelSettings[] = []
      for (const [channelId, { login }] of [...told]) {
        const record = tell(of(channelId, login))
        if (record !== null) changed.push(record)
      }
      return changed
    },
  }
}

function resolved({ bots, optOut, channels, moments }: IngestorSettings) {
  return {
    bots: sorted(bots),
    optOut: sorted(optOut),
    moments: moments ?? null,
    channels: new Map(channels.map((channel) => [channel.name.toLowerCase(), channel])),
  }
}

/** Sorted and without repeats, so that equal settings are equal bytes. */
function sorted(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].sort()
}
