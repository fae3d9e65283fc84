import type { SourceInfo } from '@smacktalk/gateway'
import type { SourceKind } from './configured-channels.ts'

/** The source of a cluster, which all its roles take from the settings: no gateway can change it. */
export function fixedSource(kind: SourceKind): SourceInfo {
  return { kind, twitchReachable: () => kind === 'twitch', switchTo: null }
}
