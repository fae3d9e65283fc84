/** Deciding where chat comes from. */
import type { Settings } from '@smacktalk/runtime'
import type { SourceKind } from './configured-channels.ts'
import type { Terminal } from './terminal.ts'
import { REACH_MS, reach } from './web-socket-reach.ts'

/**
 * As set, or for `auto` Twitch if it answers in time and the demo world otherwise. In a cluster `auto` is Twitch:
 * its roles must agree, each for itself, and numbers that others look at must not become invented ones by an outage.
 */
export async function chooseSource(
  settings: Pick<Settings, 'source' | 'backend' | 'twitch'>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SourceKind> {
  if (settings.source !== 'auto' || settings.backend === 'cluster') return dataSource(settings)
  terminal.say(`Trying Twitch at ${settings.twitch.url} (up to ${REACH_MS / 1_000} s) ...`)
  const reached = await reach(settings.twitch.url, signal)
  if (reached.ok) {
    terminal.say('Twitch answers.')
    return 'twitch'
  }
  if (!signal.aborted) terminal.say(`Twitch cannot be reached (${reached.reason}): the demo world is shown.`)
  return 'demo'
}

/** Whose data a command works on that does not try Twitch first. */
export function dataSource({ source }: Pick<Settings, 'source'>): SourceKind {
  return source === 'demo' ? 'demo' : 'twitch'
}
