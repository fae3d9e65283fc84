import { codePoints, isAscii, type Message, withoutAction } from '@smacktalk/contract'
import { plainText } from './text.ts'

/** The forms of a message's text that judging and counting need; made once per message. */
export interface MessageText {
  /** After the ACTION wrapper: what emote ranges count. */
  readonly unwrapped: string
  /** Without padding and outer white space. */
  readonly plain: string
  readonly lower: string
  /** Whether the unwrapped text, and so each of its forms, is ASCII. */
  readonly ascii: boolean
}

export function messageText(message: Message): MessageText {
  const unwrapped = withoutAction(message.text ?? '')
  const ascii = isAscii(unwrapped)
  const plain = ascii ? unwrapped.trim() : plainText(unwrapped)
  return { unwrapped, plain, lower: plain.toLowerCase(), ascii }
}

/** Code points of the unwrapped text: what emote ranges count. */
export function unwrappedLength({ unwrapped, ascii }: MessageText): number {
  return ascii ? unwrapped.length : codePoints(unwrapped)
}

/** Whether Shared Chat brought it here from another room. */
export function isForeign(record: { channelId: string; sourceRoomId: string | null }): boolean {
  return record.sourceRoomId !== null && record.sourceRoomId !== record.channelId
}
