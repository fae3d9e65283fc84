import type { Message } from '@smacktalk/contract'
import { plainText, withoutAction } from './text.ts'

/** The forms of a message's text that judging and counting need; made once per message. */
export interface MessageText {
  /** After the ACTION wrapper: what emote ranges count. */
  readonly unwrapped: string
  /** Without padding and outer white space. */
  readonly plain: string
  readonly lower: string
}

export function messageText(message: Message): MessageText {
  const unwrapped = withoutAction(message.text ?? '')
  const plain = plainText(unwrapped)
  return { unwrapped, plain, lower: plain.toLowerCase() }
}

/** Whether Shared Chat brought it here from another room. */
export function isForeign(record: { channelId: string; sourceRoomId: string | null }): boolean {
  return record.sourceRoomId !== null && record.sourceRoomId !== record.channelId
}
