import { THIRD_PARTY_EMOTES_MAX } from '@smacktalk/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EmoteTable } from './emote-table.ts'
import { GLOBAL } from './providers.ts'

const SEED = 20_261_121
const CODES = [
  'wave',
  'Wave',
  'otterLove',
  ':tf:',
  '<3',
  '…',
  '中文',
  '🦦',
  'é',
  'e\u0301',
  '__proto__',
  '@lark',
] as const
const PADDINGS = ['\u034f', '\u200b', '\u2060', '\ufeff', '\u{e0000}'] as const
const SPACES = [' ', '  ', '\t', '\u3000', '\u0085', '\u2028', '\u00a0', '\u000b'] as const

const pieces = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...CODES) },
  { weight: 5, arbitrary: fc.constantFrom(...SPACES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('x', 'hello', '\u0001', '\ud83e', '\ufe0f', '\u2800', ...PADDINGS),
  },
)
const texts = fc
  .tuple(
    fc.constantFrom('', '', '\u0001ACTION ', '\u0001ACTION'),
    fc.array(pieces, { maxLength: 12 }),
    fc.constantFrom('', '\u0001'),
  )
  .map(([opening, list, closing]) => opening + list.join('') + closing)
const ascii = fc
  .array(fc.constantFrom('wave', 'Wave', ':tf:', '<3', ' ', ' ', '\t', '\u000b', '\u001c', 'x', '\u0001'), {
    maxLength: 12,
  })
  .map((list) => list.join(''))
/** Whether a provider has a code in a place, and as what. */
const sets = fc
  .array(fc.tuple(fc.constantFrom(...CODES), fc.constantFrom('1', '2')), { maxLength: 8 })
  .map((list) => new Map(list))

/** The definition of metrics.md, said as plainly as can be: code point by code point. */
function naively(text: string, keyOf: (code: string) => string | undefined) {
  let inside = text
  if (text.startsWith('\u0001ACTION')) {
    const rest = text.slice(7)
    const open = rest.endsWith('\u0001') ? rest.slice(0, -1) : rest
    if (open === '') inside = ''
    else if (open.startsWith(' ')) inside = open.slice(1)
  }
  const found: { key: string; start: number; end: number }[] = []
  const characters = [...inside]
  let token: { text: string; start: number } | null = null
  for (let at = 0; at <= characters.length; at++) {
    const character = characters[at]
    if (character !== undefined && !/\p{White_Space}/u.test(character)) {
      token ??= { text: '', start: at }
      if (!(PADDINGS as readonly string[]).includes(character)) token.text += character
      continue
    }
    const key = token === null ? undefined : keyOf(token.text)
    if (token !== null && key !== undefined) found.push({ key, start: token.start, end: at - 1 })
    token = null
  }
  return found
}

test('whole tokens are recognised, a room’s before global ones and the first provider before the next', () => {
  let recognised = 0
  fc.assert(
    fc.property(
      fc.oneof(texts, ascii),
      sets,
      sets,
      sets,
      sets,
      (text, roomFfz, roomBttv, global7tv, globalFfz) => {
        const table = new EmoteTable(['ffz', 'bttv', '7tv'])
        table.put('7tv', GLOBAL, global7tv)
        table.put('bttv', '11', roomBttv)
        table.put('ffz', GLOBAL, globalFfz)
        table.put('ffz', '11', roomFfz)
        table.put('ffz', '22', new Map(CODES.map((code) => [code, 'elsewhere'])))
        const order = [
          ...[['ffz', roomFfz] as const, ['bttv', roomBttv] as const],
          ...[['ffz', globalFfz] as const, ['7tv', global7tv] as const],
        ]
        const keyOf = (code: string): string | undefined => {
          const [provider, set] = order.find(([, each]) => each.has(code as never)) ?? []
          return set === undefined ? undefined : `${provider}:${set.get(code as never)}`
        }
        const found = table.recognise('11', text)
        recognised += found.length
        expect(found).toEqual(naively(text, keyOf))
      },
    ),
    { seed: SEED, numRuns: 3_000 },
  )
  expect(recognised).toBeGreaterThan(500)
})

test('a set that changes counts from then on; a forgotten room has none', () => {
  const table = new EmoteTable(['bttv'])
  table.put('bttv', '11', new Map([['wave', 'old']]))
  expect(table.recognise('11', 'wave').map(({ key }) => key)).toEqual(['bttv:old'])
  table.put('bttv', '11', new Map([['otter', 'new']]))
  expect(table.recognise('11', 'wave otter').map(({ key }) => key)).toEqual(['bttv:new'])
  table.forget('11')
  expect(table.recognise('11', 'wave otter')).toEqual([])
})

test('emotes of one text, and of all sets together, have a largest number', () => {
  const table = new EmoteTable(['bttv'], 3)
  expect(table.put('bttv', '11', new Map([['a', '1']]))).toBe(true)
  expect(table.recognise('11', 'a '.repeat(1_000)).length).toBe(THIRD_PARTY_EMOTES_MAX)
  expect(table.recognise('11', `é ${'a '.repeat(1_000)}`).length).toBe(THIRD_PARTY_EMOTES_MAX)
  const three = new Map(['b', 'c', 'd'].map((code) => [code, '2']))
  expect(table.put('bttv', '22', three)).toBe(false)
  expect(table.recognise('22', 'b')).toEqual([])
  expect(table.put('bttv', '11', three)).toBe(true)
  table.forget('11')
  expect(table.put('bttv', '22', three)).toBe(true)
})
