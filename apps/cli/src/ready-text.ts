/** What the terminal says when everything runs. */
import type { Settings } from '@smacktalk/runtime'
import type { SourceKind } from './configured-channels.ts'

/** Names shown; more than these nobody reads. */
const NAMES_SHOWN = 8

const OF_THIS_MACHINE = new Set(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])

export interface ReadyFacts {
  readonly settings: Pick<Settings, 'http' | 'demo'>
  readonly source: SourceKind
  readonly port: number
  readonly logins: readonly string[]
}

export function readyText({ settings, source, port, logins }: ReadyFacts): string {
  const what =
    source === 'demo'
      ? `The demo world (seed ${settings.demo.seed}): invented people and numbers, kept apart from real ones.`
      : 'Chat comes from Twitch.'
  return `
  Open ${pageAddress(settings.http.host, port)}

  ${what}
  ${channelsText(logins)}
  Add a channel on the page or in smacktalk.config.json; it is joined within seconds.
  Ctrl-C stops.
`
}

/** The address a person can click on. */
export function pageAddress(host: string, port: number): string {
  const name = OF_THIS_MACHINE.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

function channelsText(logins: readonly string[]): string {
  if (logins.length === 0) return 'No channels yet.'
  const shown = logins.slice(0, NAMES_SHOWN).join(', ')
  const more = logins.length - NAMES_SHOWN
  const count = logins.length === 1 ? 'One channel' : `${logins.length} channels`
  return `${count}: ${shown}${more > 0 ? ` and ${more} more` : ''}.`
}
