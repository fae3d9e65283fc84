const NAME = /^[a-z0-9_]{1,25}$/

/** Whether a text could be somebody’s login as it stands. */
export function isLogin(text: string): boolean {
  return NAME.test(text)
}

export type ParsedName = { ok: true; login: string } | { ok: false; reason: string }

/** Reads what a person typed as a channel: spaces, `#`, case and a pasted twitch.tv link are forgiven. */
export function parseChannelName(typed: string): ParsedName {
  const login = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^(www\.|m\.)?twitch\.tv\//, '')
    .replace(/^#/, '')
    .replace(/[/?].*$/, '')
  if (NAME.test(login)) return { ok: true, login }
  if (login === '') return { ok: false, reason: 'The name is empty.' }
  const shown = [...typed.trim()].slice(0, 40).join('')
  return {
    ok: false,
    reason: `“${shown}” is not a channel name. Names have 1 to 25 letters a–z, digits or _.`,
  }
}
