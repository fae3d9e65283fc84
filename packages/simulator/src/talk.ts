/** One second of ordinary talk in a channel. */
import type { Speaker } from './crowd.ts'
import type { Member } from './member.ts'
import { STEP_MS } from './outbox.ts'
import { WeightedIndex } from './random.ts'
import type { Manner, Room } from './room.ts'
import { padded, plain, prefixed, type Text } from './text.ts'

/** What ordinary messages are, with their weights. */
const KINDS = [
  ['phrase', 60],
  ['reaction', 20],
  ['again', 6],
  ['reply', 4],
  ['mention', 3.5],
  ['command', 2.5],
  ['question', 2],
  ['language', 1.5],
  ['link', 0.5],
  ['cheer', 0.3],
  ['hostile', 0.15],
] as const
const KIND_CHOICE = new WeightedIndex(KINDS.map(([, weight]) => weight))

const ACTION_SHARE = 0.015
const OWNER_SHARE = 0.006
/** Per ordinary message; a subscription about every quarter of a minute at 40 messages a second. */
const NOTICE_SHARE = 0.0016
const REMOVAL_SHARE = 0.0012
const BOT_TIMER_MS = { least: 4 * 60_000, most: 9 * 60_000 } as const
/** Slow mode does what it says. */
const SLOW_FACTOR = 0.6
const CHEERS = [1, 10, 50, 100, 100, 200, 500, 1_000] as const
const ORDINARY: Manner = { breakable: true }

/** Fills one second with ordinary messages, notices, removals and bot timers. */
export function talkForOneStep(room: Room, startMs: number, messagesPerSecond: number): void {
  const { random } = room
  const rate = messagesPerSecond * (room.modes.slow > 0 ? SLOW_FACTOR : 1)
  const messages = random.poisson(rate)
  for (let index = 0; index < messages; index++) {
    // In time order, so that an answer never comes before what it answers.
    oneMessage(room, startMs + Math.floor(((index + random.fraction()) / messages) * STEP_MS))
  }
  for (let count = random.poisson(rate * NOTICE_SHARE); count > 0; count--) {
    oneNotice(room, startMs + random.below(STEP_MS))
  }
  for (let count = random.poisson(rate * REMOVAL_SHARE); count > 0; count--) {
    oneRemoval(room, startMs + random.below(STEP_MS))
  }
  if (startMs >= room.nextTimerMs) {
    // The first timer after the start is only drawn, else all bots would speak at once.
    if (Number.isFinite(room.nextTimerMs)) botSays(room, startMs, 'Remember to drink some water, chat')
    room.nextTimerMs = startMs + random.between(BOT_TIMER_MS.least, BOT_TIMER_MS.most)
  }
}

function oneMessage(room: Room, atMs: number): void {
  const { random, texts } = room
  const speaker: Speaker = random.chance(OWNER_SHARE)
    ? { member: room.crowd.broadcaster, first: false, returning: false }
    : room.crowd.speaker(random)
  const { member } = speaker
  if (room.modes['subs-only'] > 0 && !member.subscriber && !member.moderator) return
  if (room.modes['emote-only'] > 0) {
    room.say(member, atMs, texts.emoteOnly(texts.emote()), mannerOf(speaker))
    return
  }
  const kind = KINDS[KIND_CHOICE.draw(random)]?.[0] ?? 'phrase'
  switch (kind) {
    case 'phrase':
      sayAndKeep(room, speaker, atMs, texts.phrase(), random.chance(ACTION_SHARE))
      return
    case 'reaction':
      sayAndKeep(room, speaker, atMs, texts.reaction(), false)
      return
    case 'again': {
      const text = member.last ?? texts.reaction()
      room.say(member, atMs, random.chance(0.6) ? padded(random, text) : text, mannerOf(speaker))
      return
    }
    case 'reply':
    case 'mention':
      answer(room, speaker, atMs, kind === 'reply')
      return
    case 'command':
      command(room, speaker, atMs)
      return
    case 'question':
      room.say(member, atMs, texts.question(), mannerOf(speaker))
      return
    case 'language':
      room.say(member, atMs, texts.otherLanguage(), mannerOf(speaker))
      return
    case 'link':
      room.say(member, atMs, texts.link(), mannerOf(speaker))
      return
    case 'cheer': {
      const bits = random.pick(CHEERS)
      room.say(member, atMs, prefixed(`Cheer${bits} `, texts.phrase()), { ...mannerOf(speaker), bits })
      return
    }
    case 'hostile':
      room.say(member, atMs, texts.hostile(), mannerOf(speaker))
  }
}

function mannerOf(speaker: Speaker, action = false): Manner {
  if (!speaker.first && !speaker.returning && !action) return ORDINARY
  return { breakable: true, first: speaker.first, returning: speaker.returning, action }
}

/** Says it, and keeps it so that a regular may say it again. */
function sayAndKeep(room: Room, speaker: Speaker, atMs: number, text: Text, action: boolean): void {
  const { member } = speaker
  room.say(member, atMs, text, mannerOf(speaker, action))
  if (member.standing === 'regular') member.last = text
}

/** `@name` and a phrase, as a reply to a message or just to somebody. */
function answer(room: Room, speaker: Speaker, atMs: number, asReply: boolean): void {
  const said = room.recent(atMs)
  const text = room.texts.phrase()
  if (said === null) {
    room.say(speaker.member, atMs, text, mannerOf(speaker))
    return
  }
  const { person } = said.member
  const addressed = prefixed(`@${person.displayName || person.login} `, text)
  const manner = mannerOf(speaker)
  room.say(speaker.member, atMs, addressed, asReply ? { ...manner, replyTo: said } : manner)
}

function command(room: Room, speaker: Speaker, atMs: number): void {
  const { random, texts } = room
  const text = texts.command()
  const said = room.say(speaker.member, atMs, text, mannerOf(speaker))
  if (said === null || !random.chance(0.8)) return
  const { person } = speaker.member
  const name = person.displayName || person.login
  botSays(
    room,
    atMs + random.between(250, 900),
    `@${name} ${text.text.split(' ')[0]} has the answer on its page`,
  )
}

/** One of the channel's bots says something. */
export function botSays(room: Room, atMs: number, text: string): void {
  room.say(room.random.pick(room.crowd.bots), atMs, plain(text), {})
}

function oneNotice(room: Room, atMs: number): void {
  const { random } = room
  const { member } = room.crowd.speaker(random)
  const name = member.person.displayName || member.person.login
  const draw = random.fraction()
  const plan = random.chance(0.3) ? 'Prime' : random.chance(0.9) ? '1000' : '2000'
  const planName = `Channel Subscription (${room.login})`
  if (draw < 0.12) {
    giveSubscription(room, member, atMs, random.between(1, 40), null)
  } else if (draw < 0.2) {
    const params = { category: 'watch-streak', copoReward: 450, value: random.between(3, 30) }
    room.notice(member, atMs, 'viewermilestone', params, `${name} watched several streams in a row!`)
  } else if (draw < 0.24) {
    room.notice(member, atMs, 'primepaidupgrade', { 'sub-plan': '1000' }, `${name} converted to a paid sub!`)
  } else if (draw < 0.27) {
    room.notice(member, atMs, 'bitsbadgetier', { threshold: 1_000 }, 'bits badge tier notification')
  } else if (member.subscriber) {
    const params = {
      'cumulative-months': member.months,
      months: 0,
      'should-share-streak': 0,
      'sub-plan': plan,
      'sub-plan-name': planName,
    }
    const text = random.chance(0.6) ? room.texts.phrase().text : ''
    room.notice(member, atMs, 'resub', params, `${name} subscribed for ${member.months} months!`, text)
  } else {
    const params = { 'cumulative-months': 1, months: 0, 'sub-plan': plan, 'sub-plan-name': planName }
    room.notice(member, atMs, 'sub', params, `${name} subscribed.`)
  }
}

/** A single gifted subscription; `giftId` joins it to the mass gift it belongs to. */
export function giveSubscription(
  room: Room,
  giver: Member,
  atMs: number,
  givenSoFar: number,
  giftId: string | null,
): void {
  const { person } = room.crowd.lurker(room.random)
  const from = giver.person.displayName || giver.person.login
  const to = person.displayName || person.login
  const params = {
    ...(giftId === null ? {} : { 'community-gift-id': giftId }),
    'gift-months': 1,
    months: room.random.between(1, 30),
    ...(giftId === null ? {} : { 'origin-id': giftId }),
    'recipient-display-name': person.displayName,
    'recipient-id': person.id,
    'recipient-user-name': person.login,
    'sender-count': givenSoFar,
    'sub-plan': '1000',
    'sub-plan-name': `Channel Subscription (${room.login})`,
  }
  room.notice(giver, atMs, 'subgift', params, `${from} gifted a Tier 1 sub to ${to}!`)
}

const TIMEOUT_SECONDS = [1, 10, 60, 600, 600, 1_800] as const

function oneRemoval(room: Room, atMs: number): void {
  const said = room.recent(atMs)
  if (said === null) return
  const { member } = said
  if (member.moderator || member.standing === 'broadcaster' || member.standing === 'visitor') return
  const draw = room.random.fraction()
  const laterMs = atMs + room.random.between(600, 3_000)
  if (draw < 0.45) room.remove(said, laterMs)
  else if (draw < 0.93) room.clear(member, laterMs, room.random.pick(TIMEOUT_SECONDS))
  else room.clear(member, laterMs, null)
}
