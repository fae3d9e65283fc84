import type { SettingsInForce } from './message-facts.ts'

/** True when the id or the login, as the record at hand carries them, is on the channel's opt-out list. */
export function isOptedOut(settings: SettingsInForce, userId: string | null, login: string | null): boolean {
  return (
    (userId !== null && settings.optOut.includes(userId)) ||
    (login !== null && settings.optOut.includes(login))
  )
}
