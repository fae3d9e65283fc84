/**
 * Answers of the providers into sets. Their shapes are not ours and change without notice: what is needed is looked
 * for, everything else is passed over, and an answer without it is refused as a whole, so that the last good set stays.
 */
import { type EmoteSet, emoteSetOf } from './emote-set.ts'

/** An answer that is no set of emotes. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError'
}

/** BTTV, global: a list of `{code, id}`. */
export function readBttvGlobal(answer: unknown): EmoteSet {
  return emoteSetOf(pairs(listIn(answer, 'the answer'), 'code'))
}

/** BTTV, a room: the channel's own emotes and those others share with it. */
export function readBttvRoom(answer: unknown): EmoteSet {
  const { channelEmotes, sharedEmotes } = fieldsOf(answer, 'the answer')
  const own = listIn(channelEmotes, 'channelEmotes')
  return emoteSetOf(pairs([...own, ...listIn(sharedEmotes, 'sharedEmotes')], 'code'))
}

/** FFZ, global: of all sets those that everybody has. */
export function readFfzGlobal(answer: unknown): EmoteSet {
  const { sets, default_sets } = fieldsOf(answer, 'the answer')
  const defaults = new Set(listIn(default_sets, 'default_sets').map(String))
  const all = Object.entries(fieldsOf(sets, 'sets'))
  return ffzSets(all.filter(([id]) => defaults.has(id)).map(([, set]) => set))
}

/** FFZ, a room: all its sets. */
export function readFfzRoom(answer: unknown): EmoteSet {
  return ffzSets(Object.values(fieldsOf(fieldsOf(answer, 'the answer')['sets'], 'sets')))
}

function ffzSets(sets: readonly unknown[]): EmoteSet {
  const emotes = sets.flatMap((set) => listIn(fieldsOf(set, 'a set')['emoticons'], 'emoticons'))
  return emoteSetOf(pairs(emotes, 'name'))
}

/** 7TV: one set. `name` is what it is called here, whatever its maker called it. */
export function readSevenTvSet(answer: unknown): EmoteSet {
  const { emotes } = fieldsOf(answer, 'the set')
  // A set nobody has put anything into comes without the list.
  return emoteSetOf(pairs(emotes === undefined || emotes === null ? [] : listIn(emotes, 'emotes'), 'name'))
}

/** 7TV, a room: its set, the id of the set to ask for, or null when it has none. */
export function readSevenTvRoom(answer: unknown): EmoteSet | { readonly setId: string } | null {
  const { emote_set, emote_set_id } = fieldsOf(answer, 'the answer')
  if (emote_set !== undefined && emote_set !== null) return readSevenTvSet(emote_set)
  if (emote_set === undefined && emote_set_id === undefined)
    throw new BrokenAnswerError('there is no emote_set')
  if (emote_set_id === undefined || emote_set_id === null || emote_set_id === '') return null
  if (typeof emote_set_id === 'string' && /^[A-Za-z0-9]{1,64}$/.test(emote_set_id))
    return { setId: emote_set_id }
  throw new BrokenAnswerError('emote_set_id is no id')
}

function* pairs(
  list: readonly unknown[],
  codeField: 'code' | 'name',
): Generator<{ code: unknown; id: unknown }> {
  for (const item of list) {
    if (typeof item !== 'object' || item === null) continue
    const fields = item as Readonly<Record<string, unknown>>
    yield { code: fields[codeField], id: fields['id'] }
  }
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BrokenAnswerError(`${what} is no object`)
  }
  return value as Readonly<Record<string, unknown>>
}

function listIn(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new BrokenAnswerError(`${what} is no list`)
  return value
}
