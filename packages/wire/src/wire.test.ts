import { chatSchemas, emptyClasses, emptyCounts, type Message, type SpanRow } from '@smacktalk/contract'
import { expect, test } from 'vitest'
import { BrokenBytesError } from './broken-bytes-error.ts'
import { Codec } from './codec.ts'
import { crc64Avro } from './fingerprint.ts'
import { allSchemas, decodeRecord, decodeRow, encodeRecord, encodeRow, learnSchema } from './wire.ts'

const message: Message = {
  channelId: '1',
  channelLogin: 'tundra_tapes',
  run: 'live',
  line: 0,
  ingestor: 'a',
  receivedAt: 1_700_000_000_500,
  sentAt: 1_700_000_000_000,
  id: 'b4d5',
  userId: '7',
  login: 'mossy_kettle',
  displayName: 'Mossy_Kettle',
  text: 'hello \u{1f344} there',
  badges: '',
  emotes: '25:0-4',
  thirdPartyEmotes: [{ key: '7tv:01F6', start: 6, end: 6 }],
  bits: null,
  firstMessage: false,
  returningChatter: true,
  replyParentId: null,
  sourceRoomId: null,
}

const span: SpanRow = {
  ownerRun: 'live',
  ownerPosition: 3,
  messages: emptyClasses(),
  characters: emptyClasses(),
  emoteUses: emptyClasses(),
  counts: emptyCounts(),
  otherNoticesByKind: [],
  droppedByReason: [],
  peakPerSecond: 4,
  chatters: { exact: [], registers: new Uint8Array([1, 2, 3]) },
  openSeconds: [],
}

test('a record comes back as it went in', () => {
  expect(decodeRecord(encodeRecord({ kind: 'message', value: message }))).toEqual({
    kind: 'message',
    value: message,
  })
})

test('bytes in a row come back as a plain Uint8Array', () => {
  const back = decodeRow('span', encodeRow('span', span))
  expect(back).toEqual(span)
  expect(back.chatters.registers?.constructor).toBe(Uint8Array)
})

test('the fingerprint of "null" is the one in the Avro specification', () => {
  expect(crc64Avro(new TextEncoder().encode('"null"')).toString(16)).toBe('63dd24e7cc258f8a')
})

test('bytes that are no record of ours are refused, whatever they are', () => {
  const good = encodeRecord({ kind: 'message', value: message })
  for (const bytes of [
    new Uint8Array(),
    new Uint8Array(10),
    good.subarray(0, 14),
    new Uint8Array([0xc3, 1, 9, 9, 9, 9, 9, 9, 9, 9]),
  ]) {
    expect(() => decodeRecord(bytes)).toThrow(BrokenBytesError)
  }
})

test('a row of another kind is refused instead of misread', () => {
  expect(() => decodeRow('checkpoint', encodeRow('span', span))).toThrow(BrokenBytesError)
})

test('a record with a field this build does not know is read after its schema was learned', () => {
  const avro = chatSchemas.message.avro as { name: string; fields: { name: string; type: unknown }[] }
  const newer = new Codec<Record<string, unknown>>({
    avro: { ...avro, type: 'record', fields: [...avro.fields, { name: 'mood', type: 'string' }] },
  })
  const bytes = newer.encode({ ...message, mood: 'calm' })
  expect(() => decodeRecord(bytes)).toThrow(BrokenBytesError)
  expect(learnSchema(newer.json)).toBe(true)
  expect(decodeRecord(bytes)).toEqual({ kind: 'message', value: message })
})

test('a record of a build that recognised no emotes of other providers has none', () => {
  const avro = chatSchemas.message.avro as { name: string; fields: { name: string; type: unknown }[] }
  const fields = avro.fields.filter(({ name }) => name !== 'thirdPartyEmotes')
  const { thirdPartyEmotes: _, ...older } = message
  const codec = new Codec<Record<string, unknown>>({ avro: { ...avro, type: 'record', fields } })
  expect(learnSchema(codec.json)).toBe(true)
  const value = { ...message, thirdPartyEmotes: [] }
  expect(decodeRecord(codec.encode(older))).toEqual({ kind: 'message', value })
})

test('every schema has a fingerprint of its own', () => {
  const all = allSchemas().map(({ fingerprint }) => fingerprint)
  expect(new Set(all).size).toBe(all.length)
})

test('a lone surrogate stays one code point', () => {
  const back = decodeRecord(encodeRecord({ kind: 'message', value: { ...message, text: 'a\ud83eb' } }))
  expect(back.kind === 'message' && back.value.text).toBe('a\ufffdb')
})
