/** Where each provider keeps its sets; all are anonymous HTTPS, and a room without any is a 404. */
import type { EmoteProvider } from '@smacktalk/contract'
import type { EmoteSet } from './emote-set.ts'
import type { Answer } from './fetch-json.ts'
import {
  BrokenAnswerError,
  readBttvGlobal,
  readBttvRoom,
  readFfzGlobal,
  readFfzRoom,
  readSevenTvRoom,
  readSevenTvSet,
} from './provider-answers.ts'

/** Everywhere, or a room by its id. */
export const GLOBAL = 'global'

/** Asks for a path below the provider's address; `etag` is that of the last good answer. */
export type Ask = (path: string, etag: string | null) => Promise<Answer>

export type Loaded =
  | { readonly kind: 'set'; readonly set: EmoteSet; readonly etag: string | null }
  | { readonly kind: 'unchanged' }

interface Provider {
  readonly globalPath: string
  readonly roomPath: (roomId: string) => string
  readonly readGlobal: (answer: unknown) => EmoteSet
  readonly readRoom: (answer: unknown) => EmoteSet | { readonly setId: string } | null
  /** Path of a set that a room only names. */
  readonly setPath?: (setId: string) => string
}

const PROVIDERS: Readonly<Record<EmoteProvider, Provider>> = {
  bttv: {
    globalPath: '/3/cached/emotes/global',
    roomPath: (roomId) => `/3/cached/users/twitch/${roomId}`,
    readGlobal: readBttvGlobal,
    readRoom: readBttvRoom,
  },
  ffz: {
    globalPath: '/v1/set/global',
    roomPath: (roomId) => `/v1/room/id/${roomId}`,
    readGlobal: readFfzGlobal,
    readRoom: readFfzRoom,
  },
  '7tv': {
    globalPath: '/v3/emote-sets/global',
    roomPath: (roomId) => `/v3/users/twitch/${roomId}`,
    readGlobal: readSevenTvSet,
    readRoom: readSevenTvRoom,
    setPath: (setId) => `/v3/emote-sets/${setId}`,
  },
}

const NONE: EmoteSet = new Map()

/** The set of a provider in a place. Throws as `ask` does, and BrokenAnswerError for an answer that is no set. */
export async function loadSet(
  provider: EmoteProvider,
  place: string,
  etag: string | null,
  ask: Ask,
): Promise<Loaded> {
  const { globalPath, roomPath, readGlobal, readRoom, setPath } = PROVIDERS[provider]
  const isGlobal = place === GLOBAL
  const answer = await ask(isGlobal ? globalPath : roomPath(place), etag)
  if (answer.kind === 'unchanged') return answer
  if (answer.kind === 'not-found') {
    // A room may have none; that there is nothing for everybody is a wrong address.
    if (isGlobal) throw new BrokenAnswerError('there is no global set')
    return { kind: 'set', set: NONE, etag: null }
  }
  const read = isGlobal ? readGlobal(answer.json) : readRoom(answer.json)
  if (read === null) return { kind: 'set', set: NONE, etag: null }
  if (!('setId' in read)) return { kind: 'set', set: read, etag: answer.etag }
  if (setPath === undefined) throw new BrokenAnswerError('a set is only named')
  const named = await ask(setPath(read.setId), null)
  // Without a tag: the room's own answer does not change when the set that it names does.
  return { kind: 'set', set: named.kind === 'json' ? readGlobal(named.json) : NONE, etag: null }
}
