import { parseChannelName } from '@smacktalk/contract'
import { badParameter } from './http-problem.ts'

/** What a `:name` may mean; with `either`, an id wins (interface.md). */
export interface NameQuery {
  readonly as: 'id' | 'login' | 'either'
  readonly text: string
}

/** Room ids are decimal and far shorter; longer digits are no id. */
const ID = /^\d{1,20}$/

/** Reads a channel: a login in any case, an id, `id:123` or `login:123`. Throws HttpProblem 400. */
export function readChannelQuery(typed: string, parameter = 'name'): NameQuery {
  return readName(typed, parameter, (reason) => reason)
}

/** Reads a person in the same forms; an @ in front is forgiven. Throws HttpProblem 400. */
export function readUserQuery(typed: string): NameQuery {
  return readName(typed.trim().replace(/^@/, ''), 'name', (reason) =>
    reason.replace('not a channel name', 'not a user name'),
  )
}

function readName(typed: string, parameter: string, say: (reason: string) => string): NameQuery {
  const text = typed.trim()
  if (/^id:/i.test(text)) {
    const id = text.slice('id:'.length)
    if (!ID.test(id)) throw badParameter(parameter, 'An id is a number of decimal digits, like id:12345.')
    return { as: 'id', text: id }
  }
  const forced = /^login:/i.test(text)
  const name = parseChannelName(forced ? text.slice('login:'.length) : text)
  if (!name.ok) throw badParameter(parameter, say(name.reason))
  return { as: forced || !ID.test(name.login) ? 'login' : 'either', text: name.login }
}
