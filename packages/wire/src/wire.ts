import {
  type AnyRecord,
  chatSchemas,
  feedSchemas,
  type Message,
  rowSchemas,
  type Schema,
  type TypeOf,
} from '@smacktalk/contract'
import { BrokenBytesError, UnknownSchemaError } from './broken-bytes-error.ts'
import { Codec, fingerprintKey, fingerprintOf } from './codec.ts'

type Schemas = Readonly<Record<string, Schema<unknown>>>
type Codecs<S extends Schemas> = { [K in keyof S]: Codec<TypeOf<S[K]>> }

function codecs<S extends Schemas>(schemas: S): Codecs<S> {
  const entries = Object.entries(schemas).map(([name, schema]) => [name, new Codec(schema)])
  return Object.fromEntries(entries) as Codecs<S>
}

const chat = codecs(chatSchemas)
const rows = codecs(rowSchemas)
const feeds = codecs(feedSchemas)

export type RowName = keyof typeof rowSchemas
export type RowValue<N extends RowName> = TypeOf<(typeof rowSchemas)[N]>
export type FeedName = keyof typeof feedSchemas
export type FeedValue<N extends FeedName> = TypeOf<(typeof feedSchemas)[N]>

type ChatKind = keyof typeof chatSchemas
type Decoder = { kind: ChatKind; decode(bytes: Uint8Array): unknown }
const byFingerprint = new Map<number, Decoder>()
for (const [kind, codec] of Object.entries(chat)) {
  const key = fingerprintKey(headerOf(codec.fingerprint))
  byFingerprint.set(key, { kind: kind as ChatKind, decode: (bytes) => codec.decode(bytes) })
}

function headerOf(fingerprint: string): Uint8Array {
  const bytes = Buffer.alloc(10)
  bytes[0] = 0xc3
  bytes[1] = 0x01
  bytes.writeBigUInt64LE(BigInt(`0x${fingerprint}`), 2)
  return bytes
}

/** A chat-topic record as single-object bytes. */
export function encodeRecord(record: AnyRecord): Uint8Array {
  if (record.kind === 'message') return chat.message.encode(wellFormed(record.value))
  return (chat[record.kind] as Codec<unknown>).encode(record.value)
}

/** UTF-8 has no lone surrogates; each becomes one U+FFFD, so that it stays one code point. */
function wellFormed(message: Message): Message {
  const { text, displayName } = message
  if ((text === null || text.isWellFormed()) && displayName.isWellFormed()) return message
  return { ...message, text: text?.toWellFormed() ?? null, displayName: displayName.toWellFormed() }
}

/** Reads a chat-topic record. Throws UnknownSchemaError, or BrokenBytesError when the body does not fit its schema. */
export function decodeRecord(bytes: Uint8Array): AnyRecord {
  const decoder = byFingerprint.get(fingerprintKey(bytes))
  if (decoder === undefined) throw new UnknownSchemaError(fingerprintOf(bytes))
  return { kind: decoder.kind, value: decoder.decode(bytes) } as AnyRecord
}

/**
 * Makes records of another build readable: `json` is the writer's schema from the store's `schemas` table.
 * Returns false when the schema is none of ours.
 */
export function learnSchema(json: string): boolean {
  const name = (JSON.parse(json) as { name?: string }).name
  for (const [kind, codec] of Object.entries(chat) as [ChatKind, Codec<unknown>][]) {
    const own = (chatSchemas[kind].avro as { name?: string }).name
    if (own !== name) continue
    const writer = new Codec({ avro: JSON.parse(json) })
    byFingerprint.set(fingerprintKey(headerOf(writer.fingerprint)), {
      kind,
      decode: codec.decoderFrom(json),
    })
    return true
  }
  return false
}

/** Canonical bytes of a row value: equal values give equal bytes. */
export function encodeRow<N extends RowName>(name: N, value: RowValue<N>): Uint8Array {
  return (rows[name] as Codec<unknown>).encode(value)
}

/** Reads one of our own rows. Throws BrokenBytesError: what follows a broken row would be wrong. */
export function decodeRow<N extends RowName>(name: N, bytes: Uint8Array): RowValue<N> {
  expectSchema(name, rows[name].fingerprint, bytes)
  return rows[name].decode(bytes) as RowValue<N>
}

export function encodeFeed<N extends FeedName>(name: N, value: FeedValue<N>): Uint8Array {
  return (feeds[name] as Codec<unknown>).encode(value)
}

export function decodeFeed<N extends FeedName>(name: N, bytes: Uint8Array): FeedValue<N> {
  expectSchema(name, feeds[name].fingerprint, bytes)
  return feeds[name].decode(bytes) as FeedValue<N>
}

function expectSchema(name: string, own: string, bytes: Uint8Array): void {
  const found = fingerprintOf(bytes)
  if (found !== own) throw new BrokenBytesError(`Expected a ${name} (schema ${own}), found schema ${found}.`)
}

/** Every schema of this build: fingerprint and JSON, for the store's `schemas` table. */
export function allSchemas(): readonly { fingerprint: string; json: string }[] {
  return [chat, rows, feeds].flatMap((group) =>
    Object.values(group).map(({ fingerprint, json }) => ({ fingerprint, json })),
  )
}
