import type { AnyRecord, EventRow } from '@smacktalk/contract'
import { describe, expect, it } from 'vitest'
import {
  clearChat,
  countOf,
  deletion,
  fromWest,
  logOf,
  message,
  NOON,
  notice,
  roomState,
  settings,
} from './hand-written.ts'

/** The listed events, without what is null. */
function eventsOf(...records: readonly AnyRecord[]): Partial<EventRow>[] {
  return countOf(logOf(...records)).events.map(({ event }) =>
    Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)),
  )
}

const LARK = { userId: '9', login: 'lark', displayName: 'Lark' }

describe('the list of events', () => {
  it('has gifts with giver and recipient, plan and months, and figures of mass gifts and raids', () => {
    const gift = { recipientId: '10', recipientLogin: 'otter', plan: '1000', months: 3 }
    expect(
      eventsOf(
        notice(0, 'a', 'subgift', { ...gift, massGiftCount: 7 }),
        notice(1, 'b', 'anonsubmysterygift', { massGiftCount: 5, viewerCount: 9 }),
        notice(2, 'c', 'raid', { viewerCount: 1_000_000_000 }),
        notice(3, 'd', 'raid', { viewerCount: 12, login: '', displayName: '' }),
        notice(4, 'e', 'resub', { months: 1_000_000_000 }),
      ),
    ).toEqual([
      { at: NOON, kind: 'gift', ...LARK, targetId: '10', targetLogin: 'otter', plan: '1000', months: 3 },
      { at: NOON + 1, kind: 'giftBomb', ...LARK, amount: 5 },
      { at: NOON + 2, kind: 'raid', ...LARK },
      { at: NOON + 3, kind: 'raid', userId: '9', amount: 12 },
      { at: NOON + 4, kind: 'resub', ...LARK },
    ])
  })

  it('says the msg-id of other notices, and of another room only that there was one', () => {
    expect(
      eventsOf(
        notice(0, 'a', 'viewermilestone'),
        notice(0, 'b', 'sharedchatnotice', { sourceRoomId: '1001', sourceMsgId: 'raid', viewerCount: 2 }),
        notice(0, 'c', 'sharedchatnotice', { sourceRoomId: '1002', sourceMsgId: 'raid', plan: '1000' }),
      ),
    ).toEqual([
      { at: NOON, kind: 'notice', notice: 'viewermilestone', ...LARK },
      { at: NOON, kind: 'raid', ...LARK, amount: 2 },
      { at: NOON, kind: 'notice', notice: 'sharedchatnotice' },
    ])
  })

  it('has moderation with its target, and of another room nothing else', () => {
    expect(
      eventsOf(
        message(0, 'm'),
        clearChat(1),
        clearChat(2, { durationSeconds: null }),
        clearChat(3, { targetUserId: null, targetLogin: null }),
        clearChat(4, { sourceRoomId: '1002' }),
        deletion(5, 'm'),
        deletion(6, 'unknown'),
        deletion(7, 'm', { sourceRoomId: '1002' }),
        clearChat(1),
      ),
    ).toEqual([
      { at: NOON + 1, kind: 'timeout', targetId: '9', targetLogin: 'lark', amount: 600 },
      { at: NOON + 2, kind: 'ban', targetId: '9', targetLogin: 'lark' },
      { at: NOON + 3, kind: 'chatClear' },
      { at: NOON + 4, kind: 'sharedModeration' },
      { at: NOON + 5, kind: 'deletion', targetId: '9', targetLogin: 'lark' },
      { at: NOON + 6, kind: 'deletion', targetLogin: 'lark' },
      { at: NOON + 7, kind: 'sharedModeration' },
    ])
  })

  it('has a mode with its value, for counted changes alone', () => {
    expect(
      eventsOf(
        roomState(0, { slow: 0, subsOnly: 0 }),
        roomState(1, { slow: 30 }),
        fromWest(roomState(2, { slow: 30 })),
        roomState(3, { slow: 5 }),
        roomState(4, { followersOnly: -1 }),
      ),
    ).toEqual([
      { at: NOON + 1, kind: 'mode', mode: 'slow', amount: 30 },
      { at: NOON + 4, kind: 'mode', mode: 'followers-only', amount: -1 },
    ])
  })

  it('does not name who opted out by id or login, each person for themselves', () => {
    expect(
      eventsOf(
        settings({ optOut: ['9', 'otter'] }),
        notice(0, 'a', 'subgift', { recipientId: '100', recipientLogin: 'heron' }),
        notice(1, 'b', 'subgift', { userId: '100', recipientId: '10', recipientLogin: 'otter' }),
        clearChat(2),
        deletion(3, 'unknown', { login: 'otter' }),
      ),
    ).toEqual([
      { at: NOON, kind: 'gift', targetId: '100', targetLogin: 'heron' },
      { at: NOON + 1, kind: 'gift', ...LARK, userId: '100' },
      { at: NOON + 2, kind: 'timeout', amount: 600 },
      { at: NOON + 3, kind: 'deletion' },
    ])
  })
})
