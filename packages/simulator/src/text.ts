/** Makes the texts of a channel and says where Twitch's emotes stand in them. */
import { type Emote, GLOBAL_EMOTES } from './emotes.ts'
import {
  COMMON_TEMPLATES,
  COPYPASTAS,
  EMOJI,
  type Flavour,
  HOSTILE_TEXTS,
  LINKS,
  OTHER_LANGUAGES,
  RAID_GREETINGS,
  REACTIONS,
  SURGE_SHOUTS,
  THANKS,
} from './flavours.ts'
import { type Random, WeightedIndex, zipfWeights } from './random.ts'

/** What somebody writes. */
export interface Text {
  readonly text: string
  /** Value of the `emotes` tag: code points from the start of `text`, end inclusive; empty without emotes. */
  readonly emotes: string
  readonly emoteOnly: boolean
}

const SLOT = /\{([nvaewm])\}/

/** A piece of a template: fixed text, or a slot to be filled. */
type Piece = { readonly fixed: string; readonly length: number } | { readonly slot: string }
type Template = readonly Piece[]

export function codePointLength(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

function compile(source: string): Template {
  const pieces: Piece[] = []
  let rest = source
  for (let found = SLOT.exec(rest); found !== null; found = SLOT.exec(rest)) {
    const before = rest.slice(0, found.index)
    if (before !== '') pieces.push({ fixed: before, length: codePointLength(before) })
    pieces.push({ slot: found[1] ?? '' })
    rest = rest.slice(found.index + found[0].length)
  }
  if (rest !== '') pieces.push({ fixed: rest, length: codePointLength(rest) })
  return pieces
}

const compileAll = (sources: readonly string[]): Template[] => sources.map(compile)
const measured = (list: readonly string[]): Piece[] =>
  list.map((word) => ({ fixed: word, length: codePointLength(word) }))

const SHARED = {
  reactions: compileAll(REACTIONS),
  thanks: compileAll(THANKS),
  raid: compileAll(RAID_GREETINGS),
  surge: compileAll(SURGE_SHOUTS),
  languages: compileAll(OTHER_LANGUAGES),
  links: compileAll(LINKS),
}
const COMMON = compileAll(COMMON_TEMPLATES)
const EMOJI_PIECES = measured(EMOJI)
/** Emote ids an ordinary message may hold; texts are short, more would be a storm. */
const GLOBAL_CHOICE = new WeightedIndex(zipfWeights(GLOBAL_EMOTES.length, 1))

/** Invisible marks that clients append to repeat a text. */
const PADDINGS = [' \u{E0000}', ' \u{E0000}', ' \u034F', '\u034F'] as const

export class Texts {
  readonly #random: Random
  readonly #flavour: Flavour
  readonly #own: readonly Emote[]
  readonly #phrases: readonly Template[]
  readonly #words: Readonly<Record<string, readonly Piece[]>>

  constructor(random: Random, flavour: Flavour, own: readonly Emote[]) {
    this.#random = random
    this.#flavour = flavour
    this.#own = own
    // The channel's own talk weighs three times what everybody says everywhere.
    const special = compileAll(flavour.templates)
    this.#phrases = [...special, ...special, ...special, ...COMMON]
    this.#words = {
      n: measured(flavour.nouns),
      v: measured(flavour.verbs),
      a: measured(flavour.adjectives),
      w: measured(flavour.wordEmotes),
      m: EMOJI_PIECES,
    }
  }

  phrase(): Text {
    return this.#fill(this.#random.pick(this.#phrases))
  }
  reaction(): Text {
    return this.#fill(this.#random.pick(SHARED.reactions))
  }
  thanks(): Text {
    return this.#fill(this.#random.pick(SHARED.thanks))
  }
  raidGreeting(): Text {
    return this.#fill(this.#random.pick(SHARED.raid))
  }
  surgeShout(): Text {
    return this.#fill(this.#random.pick(SHARED.surge))
  }
  otherLanguage(): Text {
    return this.#fill(this.#random.pick(SHARED.languages))
  }
  link(): Text {
    return this.#fill(this.#random.pick(SHARED.links))
  }

  question(): Text {
    return plain(this.#random.pick(this.#flavour.questions))
  }
  command(): Text {
    const command = this.#random.pick(this.#flavour.commands)
    return plain(this.#random.chance(0.2) ? `${command} ${this.#random.pick(this.#flavour.nouns)}` : command)
  }
  copypasta(): string {
    return this.#random.pick(COPYPASTAS)
  }
  hostile(): Text {
    return plain(this.#random.pick(HOSTILE_TEXTS))
  }

  /** An emote that a storm is made of. */
  emote(): Emote {
    const random = this.#random
    if (random.chance(0.5)) return random.pick(this.#own)
    return GLOBAL_EMOTES[GLOBAL_CHOICE.draw(random)] ?? random.pick(this.#own)
  }

  /** The same emote one to six times, sometimes with a few others. */
  emoteOnly(emote: Emote): Text {
    const list: Emote[] = []
    for (let count = this.#random.between(1, 6); count > 0; count--) list.push(emote)
    if (this.#random.chance(0.1)) list.push(this.emote())
    return emotesText(list)
  }

  #fill(template: Template): Text {
    const random = this.#random
    let text = ''
    let length = 0
    const ids: string[] = []
    const ranges: string[] = []
    let emoteLength = 0
    for (const piece of template) {
      if ('fixed' in piece) {
        text += piece.fixed
        length += piece.length
      } else if (piece.slot === 'e') {
        const emote = this.emote()
        addRange(ids, ranges, emote.id, length, emote.code.length)
        text += emote.code
        length += emote.code.length
        emoteLength += emote.code.length
      } else {
        const word = random.pick(this.#words[piece.slot] ?? EMOJI_PIECES)
        if (!('fixed' in word)) continue
        text += word.fixed
        length += word.length
      }
    }
    return {
      text,
      emotes: tagOf(ids, ranges),
      emoteOnly: emoteLength > 0 && emoteLength === text.replaceAll(' ', '').length,
    }
  }
}

/** A text without emotes of Twitch. */
export function plain(text: string): Text {
  return { text, emotes: '', emoteOnly: false }
}

/** A text of emotes alone, a blank between them. */
export function emotesText(list: readonly Emote[]): Text {
  const ids: string[] = []
  const ranges: string[] = []
  let text = ''
  for (const emote of list) {
    if (text !== '') text += ' '
    addRange(ids, ranges, emote.id, text.length, emote.code.length)
    text += emote.code
  }
  return { text, emotes: tagOf(ids, ranges), emoteOnly: true }
}

/** Puts words before a text; the emotes move with it. */
export function prefixed(prefix: string, { text, emotes }: Text): Text {
  if (emotes === '') return plain(prefix + text)
  const shift = codePointLength(prefix)
  const moved = emotes.replace(/(\d+)-(\d+)(?=[,/]|$)/g, (_, start: string, end: string) => {
    return `${Number(start) + shift}-${Number(end) + shift}`
  })
  return { text: prefix + text, emotes: moved, emoteOnly: false }
}

/** The same text with an invisible ending, as clients send it to repeat themselves. */
export function padded(random: Random, { text, emotes, emoteOnly }: Text): Text {
  return { text: text + random.pick(PADDINGS), emotes, emoteOnly }
}

function addRange(ids: string[], ranges: string[], id: string, start: number, length: number): void {
  const range = `${start}-${start + length - 1}`
  const known = ids.indexOf(id)
  if (known >= 0) ranges[known] += `,${range}`
  else {
    ids.push(id)
    ranges.push(range)
  }
}

function tagOf(ids: readonly string[], ranges: readonly string[]): string {
  let tag = ''
  for (let index = 0; index < ids.length; index++) {
    tag += `${tag === '' ? '' : '/'}${ids[index]}:${ranges[index]}`
  }
  return tag
}
