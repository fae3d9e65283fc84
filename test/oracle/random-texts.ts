/** Arbitrary texts and tags of chat messages: ordinary, odd and hostile ones. */
import type { ThirdPartyEmote } from '@smacktalk/contract'
import fc from 'fast-check'

const PIECES = [
  'hi',
  ' ',
  'a',
  'Kappa',
  '!',
  '!so',
  '?help',
  '!!twice',
  '~now',
  '!1',
  '!٣',
  '!é',
  '!🦦',
  '! so',
  '🦦',
  '👩‍🚀',
  'ﷺ',
  'e\u0301',
  '\u{e0000}',
  ' \u{e0000}',
  '\u034f',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u2800',
  '\u0085',
  '\u2028',
  '\u3000',
  '\u000b',
  '\t',
  '\u0000',
  '\u0001',
  '\u0001ACTION',
  '\ud83e',
  '\udda6',
  '=SUM(A1)',
  '<b>',
  '@lark ',
] as const

const plainTexts = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(''))

/** What is a word, is none, or is one only after a closer look. */
export const TOKENS = [
  'otter',
  'Otter!',
  '"otter"',
  'OTTERS…',
  'River',
  'river',
  'STRASSE',
  'Straße',
  'ΟΔΟΣ',
  'ΟΔΟΣ\u{e0000}α',
  'İstanbul',
  'the',
  'The,',
  "don't",
  'ab',
  'ab1',
  '1abc2',
  '中文字',
  '🦦otter🦦',
  'ri\ufe0fver',
  'river\ufe0f',
  '❤\ufe0fab',
  'ot\u200bter',
  'ot\u{e0000}ter',
  'e\u0301te\u0301',
  '\u0301tea',
  '𝔤𝔬𝔬',
  'x'.repeat(50),
  `(${'x'.repeat(50)})`,
  'y'.repeat(51),
  'İ'.repeat(25),
  'İ'.repeat(26),
  'den.example',
  'Den.Example/a?b',
  'den.example/',
  'den.example,',
  '(den.example)',
  'den\u200b.example',
  'den\ufe0f.example',
  '-.aa',
  'a..bc',
  'den.e',
  'den.e1',
  'ftp://otter',
  'x://',
  'http:\u2060//otter',
  'www.otter',
  'WWW.otter_',
  'www\ufe0f.otter_',
  '(www.otter_)',
  '@heron',
  '@Lark!',
  '@lark_renamed',
  '@otter,@heron',
  '@9',
  '@',
  '@-otter',
  '"@heron"',
  '@\u200bheron',
  '\u200b@heron',
  '@ΟΔΟΣ.α',
  '@𝔤𝔬𝔬',
  `@${'z'.repeat(24)}ZZ`,
  'ot@ter',
  '__proto__',
  'constructor',
] as const
const GAPS = [' ', ' ', '  ', '\u3000', '\u0085', '\u2028', '\t', '\ufeff', '\u2800'] as const

const wordTexts = fc
  .array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom(...GAPS)), { minLength: 1, maxLength: 6 })
  .map((list) => list.flat().slice(0, -1).join(''))

/** Few of them, so that people say the same again. */
const SENTENCES = ['otter river', 'Otter river', 'otter river \u{e0000}', '\u0001ACTION otter river\u0001']

const commandTexts = fc
  .tuple(fc.constantFrom('!so', '!SO', '!so\u200b', '?so', '~so'), wordTexts)
  .map(([command, rest]) => `${command} ${rest}`)

/** Raw text of a message as it stands in the line; null when the line had none. */
export const texts: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 8, arbitrary: plainTexts },
  { weight: 14, arbitrary: wordTexts },
  { weight: 2, arbitrary: wordTexts.map((text) => `\u0001ACTION ${text}\u0001`) },
  { weight: 4, arbitrary: fc.constantFrom(...SENTENCES) },
  { weight: 13, arbitrary: commandTexts },
  { weight: 2, arbitrary: plainTexts.map((text) => `!${text}`) },
  { weight: 2, arbitrary: plainTexts.map((text) => `\u0001ACTION ${text}\u0001`) },
  { weight: 1, arbitrary: plainTexts.map((text) => `\u0001ACTION ${text}`) },
  { weight: 1, arbitrary: plainTexts.map((text) => `\u0001ACTION${text}\u0001`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\u0001', '\u0001ACTION', '\u0001ACTION \u0001', '\u0001ACTION\u0001'),
  },
  { weight: 1, arbitrary: fc.constantFrom('🦦'.repeat(500), `${' '.repeat(40)}!${'x'.repeat(460)}`) },
  { weight: 1, arbitrary: fc.constant(null) },
)

const ranges = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.nat({ max: 6 }), fc.nat({ max: 4 }))
      .map(([start, more]) => `${start}-${start + more}`),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat({ max: 30 }), fc.constantFrom(0, 0, 4, 12))
      .map(([start, more]) => `${start}-${start + more}`),
  },
  { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 600 })).map(([a, b]) => `${a}-${b}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '3',
      'x',
      '0-',
      '-0',
      '-1-2',
      '0-1-2',
      '0-0 ',
      '00-01',
      '0-999999999',
      '0-9999999999',
      '4294967296-4294967297',
    ),
  },
)

const sections = fc
  .tuple(
    fc.constantFrom('25', '86', '88', '1902', 'emotesv2_0a', '300_BW', '__proto__', ''),
    fc.array(ranges, { minLength: 1, maxLength: 3 }),
  )
  .map(([id, list]) => `${id}:${list.join(',')}`)

/** The `emotes` tag as sent. */
export const emoteTags: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: fc.array(sections, { minLength: 1, maxLength: 3 }).map((list) => list.join('/')) },
  { weight: 1, arbitrary: fc.constantFrom('/', '25', '25:', ':0-1', '25:0-0/', '25:0-1,') },
)

/** Emotes of other providers as an ingestor writes them, and places that none would write. */
export const thirdPartyEmotes: fc.Arbitrary<ThirdPartyEmote[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ThirdPartyEmote[]>([]) },
  {
    weight: 3,
    arbitrary: fc.array(
      fc
        .record({
          key: fc.constantFrom('bttv:5f', 'ffz:28138', '7tv:01F6', '7tv:__proto__'),
          start: fc.oneof(
            { weight: 6, arbitrary: fc.nat({ max: 14 }) },
            { weight: 1, arbitrary: fc.constantFrom(-1, 499, 2 ** 40) },
          ),
          more: fc.constantFrom(0, 0, 1, 4, 4, -1, 600),
        })
        .map(({ key, start, more }) => ({ key, start, end: start + more })),
      { minLength: 1, maxLength: 4 },
    ),
  },
)

/** The `badges` tag as sent. */
export const badgeTags: fc.Arbitrary<string> = fc
  .subarray([
    'subscriber/12',
    'founder/0',
    'moderator/1',
    'lead_moderator/1',
    'vip/1',
    'bot-badge/1',
    'broadcaster/1',
    'premium/1',
    'vip',
    'notvip/1',
    '__proto__/1',
  ])
  .map((badges) => badges.slice(0, 4).join(','))
