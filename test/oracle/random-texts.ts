/** Arbitrary texts and tags of chat messages: ordinary, odd and hostile ones. */
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

/** Raw text of a message as it stands in the line; null when the line had none. */
export const texts: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 8, arbitrary: plainTexts },
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
    fc.constantFrom('25', '88', 'emotesv2_0a', '300_BW', '__proto__', ''),
    fc.array(ranges, { minLength: 1, maxLength: 3 }),
  )
  .map(([id, list]) => `${id}:${list.join(',')}`)

/** The `emotes` tag as sent. */
export const emoteTags: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: fc.array(sections, { minLength: 1, maxLength: 3 }).map((list) => list.join('/')) },
  { weight: 1, arbitrary: fc.constantFrom('/', '25', '25:', ':0-1', '25:0-0/', '25:0-1,') },
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
