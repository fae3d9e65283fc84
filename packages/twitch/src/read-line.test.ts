import { LINE_CHARACTERS_MAX, NO_CHANNEL, UNREADABLE_TIME } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import { createLineReader, type ReadLine } from './read-line.ts'

const RECEIVED = 1_700_000_000_500
const reader = () => createLineReader({ run: 'live', ingestor: 'here' })
const read = (line: string): ReadLine => reader().read(line, RECEIVED)

/** Tags of a complete message, with changes; undefined leaves a tag out. */
function tagged(changes: Record<string, string | undefined> = {}): string {
  const tags: Record<string, string | undefined> = {
    id: 'm-1',
    'room-id': '11',
    'user-id': '22',
    'tmi-sent-ts': '1700000000000',
    ...changes,
  }
  const present = Object.entries(tags).filter(([, value]) => value !== undefined)
  return `@${present.map(([name, value]) => `${name}=${value}`).join(';')}`
}

function recordOf(outcome: ReadLine) {
  if (outcome.kind !== 'record') throw new Error(`ignored: ${outcome.command}`)
  return outcome.record
}

function broken(line: string, from = reader()) {
  const record = recordOf(from.read(line, RECEIVED))
  if (record.kind !== 'broken') throw new Error(`not broken but ${record.kind}`)
  return record.value
}

describe('a PRIVMSG', () => {
  it('becomes a message with everything the fold needs', () => {
    const tags = tagged({
      badges: 'vip/1',
      bits: '100',
      'display-name': 'Ann\\sB',
      emotes: '25:0-4',
      'first-msg': '1',
      'returning-chatter': '0',
      'reply-parent-msg-id': 'p-1',
      'source-room-id': '33',
    })
    expect(read(`${tags} :Ann!ann@ann.tmi.twitch.tv PRIVMSG #Room :Kappa hi\r`)).toEqual({
      kind: 'record',
      key: '11',
      record: {
        kind: 'message',
        value: {
          channelId: '11',
          channelLogin: 'room',
          run: 'live',
          line: 0,
          ingestor: 'here',
          receivedAt: RECEIVED,
          sentAt: 1_700_000_000_000,
          id: 'm-1',
          userId: '22',
          login: 'ann',
          displayName: 'Ann B',
          text: 'Kappa hi',
          badges: 'vip/1',
          emotes: '25:0-4',
          thirdPartyEmotes: [],
          bits: 100,
          firstMessage: true,
          returningChatter: false,
          replyParentId: 'p-1',
          sourceRoomId: '33',
        },
      },
    })
  })

  it('without text is a message with null, with an empty one a message with an empty text', () => {
    expect(recordOf(read(`${tagged()} :a!a@a PRIVMSG #room`)).value).toMatchObject({ text: null })
    expect(recordOf(read(`${tagged()} :a!a@a PRIVMSG #room :`)).value).toMatchObject({ text: '' })
  })

  it('lacks its needed tags in the order id, room, user; an empty tag is a missing one', () => {
    const line = ' :a!a@a PRIVMSG #room :x'
    const none = { id: undefined, 'room-id': '', 'user-id': 'x' }
    expect(broken(tagged(none) + line).reason).toBe('no-id')
    expect(broken(tagged({ ...none, id: 'i' }) + line).reason).toBe('no-room')
    expect(broken(tagged({ ...none, id: 'i', 'room-id': '1' }) + line).reason).toBe('no-user')
    expect(broken(tagged({ 'room-id': '1a' }) + line).reason).toBe('no-room')
    expect(broken(tagged({ 'user-id': '-5' }) + line).reason).toBe('no-user')
  })

  it('lacking a tag is counted in its channel when the room id or a known name gives one', () => {
    const from = reader()
    const line = (tags: string) => `${tags} :a!a@a PRIVMSG #room :x`
    expect(broken(line(tagged({ id: '' })), from)).toMatchObject({
      channelId: '11',
      sentAt: 1_700_000_000_000,
    })
    expect(broken(line(tagged({ 'room-id': '' })), from)).toMatchObject({
      channelId: '11',
      channelLogin: 'room',
    })
    expect(broken(line(tagged({ 'room-id': '' })))).toMatchObject({ channelId: NO_CHANNEL })
    expect(broken(line(tagged({ id: '', 'tmi-sent-ts': 'x' })), from).sentAt).toBeNull()
  })

  it.each(['', 'NaN', '-5', '1.5', '9223372036854775808', undefined])(
    'with the time %j stays a record',
    (time) => {
      const record = recordOf(read(`${tagged({ 'tmi-sent-ts': time })} :a!a@a PRIVMSG #room :x`))
      expect(record).toMatchObject({ kind: 'message', value: { sentAt: UNREADABLE_TIME } })
    },
  )

  it('takes numbers of at most nine digits', () => {
    const bits = (text: string) => recordOf(read(`${tagged({ bits: text })} :a!a@a PRIVMSG #room :x`)).value
    expect(bits('999999999')).toMatchObject({ bits: 999_999_999 })
    expect(bits('1000000000')).toMatchObject({ bits: null })
    expect(bits('1e3')).toMatchObject({ bits: null })
  })
})

describe('a USERNOTICE', () => {
  it('needs no user and keeps its gift parameters', () => {
    const tags = tagged({
      'user-id': undefined,
      login: 'Giver',
      'msg-id': 'submysterygift',
      'msg-param-mass-gift-count': '20',
      'msg-param-community-gift-id': 'g-1',
    })
    expect(recordOf(read(`${tags} :tmi.twitch.tv USERNOTICE #room`))).toMatchObject({
      kind: 'notice',
      value: { userId: null, login: 'giver', msgId: 'submysterygift', massGiftCount: 20, originId: 'g-1' },
    })
  })
})

describe('CLEARCHAT, CLEARMSG and ROOMSTATE', () => {
  it.each(['CLEARCHAT #room :bad', 'CLEARMSG #room :text', 'ROOMSTATE #room'])(
    'take the room last seen with their name: %s',
    (rest) => {
      const from = reader()
      const line = `@room-id=;tmi-sent-ts=1 :tmi.twitch.tv ${rest}`
      expect(broken(line, from)).toMatchObject({ reason: 'no-room', channelId: NO_CHANNEL })
      from.read('@room-id=11 :tmi.twitch.tv ROOMSTATE #Room', RECEIVED)
      expect(from.read(line, RECEIVED)).toMatchObject({ kind: 'record', key: '11' })
      from.read('@room-id=12 :tmi.twitch.tv ROOMSTATE #room', RECEIVED)
      expect(from.read(line, RECEIVED)).toMatchObject({ key: '12' })
    },
  )

  it('know a channel by its #name alone', () => {
    const from = reader()
    from.read('@room-id=11 :tmi.twitch.tv ROOMSTATE room', RECEIVED)
    expect(broken('@tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #room', from)).toMatchObject({
      reason: 'no-room',
      channelLogin: 'room',
    })
  })

  it('tell a time-out from a ban from a cleared chat', () => {
    const value = (line: string) => recordOf(read(line)).value
    const tags = '@room-id=11;tmi-sent-ts=5;target-user-id=22'
    expect(value(`${tags};ban-duration=600 :t CLEARCHAT #r :Bad`)).toMatchObject({
      targetUserId: '22',
      targetLogin: 'bad',
      durationSeconds: 600,
    })
    expect(value(`${tags} :t CLEARCHAT #r :bad`)).toMatchObject({ durationSeconds: null })
    expect(value('@room-id=11;tmi-sent-ts=5 :t CLEARCHAT #r')).toMatchObject({
      targetUserId: null,
      targetLogin: null,
    })
  })

  it('a ROOMSTATE has the time of a history service or none', () => {
    const sentAt = (tags: string) => recordOf(read(`@room-id=11${tags} :t ROOMSTATE #r`)).value.sentAt
    expect(sentAt('')).toBeNull()
    expect(sentAt(';rm-received-ts=')).toBeNull()
    expect(sentAt(';rm-received-ts=7')).toBe(7)
    expect(sentAt(';rm-received-ts=soon')).toBe(UNREADABLE_TIME)
  })

  it('reads modes with their sign and leaves out what is no number', () => {
    const line = '@room-id=11;followers-only=-1;slow=0;r9k=;emote-only=x;subs-only=-0 :t ROOMSTATE #r'
    const { value } = recordOf(read(line))
    expect(value).toMatchObject({ followersOnly: -1, slow: 0, r9k: null, emoteOnly: null, subsOnly: 0 })
  })
})

describe('everything else', () => {
  it('is ignored when it is well formed, whispers among it', () => {
    expect(read('@message-id=1;user-id=2 :a!a@a WHISPER me :secret')).toEqual({
      kind: 'ignored',
      command: 'WHISPER',
    })
    expect(read('foo bar baz ::asdf')).toEqual({ kind: 'ignored', command: 'foo' })
    expect(read('')).toEqual({ kind: 'ignored', command: '' })
    expect(read('\r')).toEqual({ kind: 'ignored', command: '' })
  })

  it('is malformed when it is no IRC or too long', () => {
    for (const line of ['   ', '\ufeffPING', '@a=b', 'x'.repeat(LINE_CHARACTERS_MAX + 1)]) {
      expect(broken(line)).toMatchObject({ reason: 'malformed', channelId: NO_CHANNEL, sentAt: null })
    }
  })

  it('keeps the line number and the run of an import', () => {
    const from = createLineReader({ run: 'import:x', ingestor: 'here' })
    const outcome = from.read(`${tagged()} :a!a@a PRIVMSG #room :x`, RECEIVED, 7)
    expect(recordOf(outcome).value).toMatchObject({ run: 'import:x', line: 7 })
  })
})
