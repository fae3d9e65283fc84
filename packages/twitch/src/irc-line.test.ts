import { describe, expect, it } from 'vitest'
import { nickOf, parseTags, splitIrcLine, unescapeTagValue } from './irc-line.ts'

describe('splitIrcLine', () => {
  it('splits tags, prefix, command and parameters', () => {
    expect(splitIrcLine('@a=1;b :nick!u@host PRIVMSG #room :one :two')).toEqual({
      rawTags: 'a=1;b',
      prefix: 'nick!u@host',
      command: 'PRIVMSG',
      params: ['#room', 'one :two'],
    })
  })

  it('takes the last parameter with or without its colon', () => {
    expect(splitIrcLine('PRIVMSG #c plain')?.params).toEqual(['#c', 'plain'])
    expect(splitIrcLine('PRIVMSG #c :')?.params).toEqual(['#c', ''])
    expect(splitIrcLine('PRIVMSG #c')?.params).toEqual(['#c'])
  })

  it('keeps blanks inside the trailing parameter and skips them before it', () => {
    expect(splitIrcLine(':a  PRIVMSG   #c   :  text  ')).toEqual({
      rawTags: '',
      prefix: 'a',
      command: 'PRIVMSG',
      params: ['#c', '  text  '],
    })
  })

  it('leaves Unicode line ends, NUL and a lone line feed in the text', () => {
    const text = 'a\u2028b\u2029c\u0085d\u000be\u000cf\u0000g\nh'
    expect(splitIrcLine(`PRIVMSG #c :${text}`)?.params[1]).toBe(text)
  })

  it.each([
    ['nothing', ''],
    ['only blanks', '   '],
    ['tags alone', '@a=b'],
    ['tags and a prefix alone', '@a=b :tmi.twitch.tv'],
    ['an empty prefix', ': PING'],
    ['four digits', '0001'],
    ['a byte-order mark', '\ufeffPING'],
    ['a command with other characters', 'P!NG'],
    ['tags of a second line as a command', '@a=b @c=d PRIVMSG #c :text'],
    ['NUL', '\u0000'],
  ])('refuses %s', (_name, line) => {
    expect(splitIrcLine(line)).toBeNull()
  })

  it('makes no more parameters than the protocol allows', () => {
    const params = splitIrcLine(`FOO ${'x '.repeat(10_000)}`)?.params
    expect(params).toHaveLength(15)
  })
})

describe('parseTags', () => {
  it('splits at the first equals sign, takes the last of two, and survives names of built-in properties', () => {
    const tags = parseTags('a=b=c;d;;a=2;__proto__=x;constructor=;toString=1')
    expect([...tags]).toEqual([
      ['a', '2'],
      ['d', ''],
      ['__proto__', 'x'],
      ['constructor', ''],
      ['toString', '1'],
    ])
  })

  it('unescapes values and never names', () => {
    expect(parseTags('x\\s=\\s\\:\\\\\\r\\n').get('x\\s')).toBe(' ;\\\r\n')
  })
})

describe('unescapeTagValue', () => {
  it('drops the backslash of an unknown escape and a lone one at the end', () => {
    expect(unescapeTagValue('a\\bc\\')).toBe('abc')
    expect(unescapeTagValue('\\\\s')).toBe('\\s')
  })
})

describe('nickOf', () => {
  it('stands before the user or the host, or alone', () => {
    expect(nickOf('nick!user@host')).toBe('nick')
    expect(nickOf('nick@host')).toBe('nick')
    expect(nickOf('tmi.twitch.tv')).toBe('tmi.twitch.tv')
  })
})
