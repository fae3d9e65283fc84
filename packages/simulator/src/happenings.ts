/** What makes a channel leave its usual course: how each happening begins, goes on and ends. */
import { SPAM } from './flavours.ts'
import type { Happened, Label } from './labels.ts'
import { MODES_OFF } from './lines.ts'
import type { Member } from './member.ts'
import { MODE_SWITCHES } from './mode-switches.ts'
import { STEP_MS } from './outbox.ts'
import type { Room } from './room.ts'
import { botSays, giveSubscription } from './talk.ts'
import { padded, plain } from './text.ts'

/** A happening that goes on: each second it adds messages of its own to the channel. */
export interface Happening {
  readonly room: Room
  readonly label: Label
  /** Extra messages a second, given the seconds since it began. */
  perSecond(elapsedSeconds: number): number
  /** Sends one of them. */
  message(atMs: number): void
}

/** What a happening may need to know of the world. */
export interface Setting {
  readonly room: Room
  /** Ordinary messages a second of the channel at the moment. */
  readonly rate: number
  /** Start of the step; a happening may send its first lines from here on. */
  readonly nowMs: number
  /** Whose viewers come in a raid. */
  readonly raider: Member
  label(happened: Happened, room: Room, fromMs: number, toMs: number): Label
}

type Begin = (setting: Setting) => Happening
type Figures<K extends Happened['kind']> = Extract<Happened, { kind: K }>

/** Extra messages fall off by a third of the span. */
function fading(share: number, spanSeconds: number): (elapsed: number) => number {
  return (elapsed) => share * Math.exp(-elapsed / (spanSeconds / 3))
}

function seconds(setting: Setting, least: number, most: number): number {
  return setting.room.random.between(least, most)
}

function beginRaid({ room, rate, nowMs, raider, label }: Setting): Happening {
  const { random } = room
  const span = random.between(45, 75)
  const peak = rate * (2 + 2 * random.fraction()) + 1.5
  const viewers = Math.round(peak * span * (0.6 + random.fraction()))
  const figures: Figures<'raid'> = {
    kind: 'raid',
    from: raider.person.login,
    viewers,
    arrivals: 0,
    messages: 0,
  }
  const name = raider.person.displayName || raider.person.login
  const params = { displayName: name, login: raider.person.login, viewerCount: viewers }
  room.notice(raider, nowMs, 'raid', params, `${viewers} raiders from ${name} have joined!`)
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(peak, span),
    message(atMs) {
      const arrives = random.chance(0.7)
      const { member, first } = arrives ? room.crowd.newcomer() : room.crowd.speaker(random)
      room.say(member, atMs, room.texts.raidGreeting(), { first })
      figures.messages += 1
      if (arrives) figures.arrivals += 1
    },
  }
}

function beginEmoteStorm(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const span = seconds(setting, 15, 30)
  const emote = room.texts.emote()
  const figures: Figures<'emoteStorm'> = {
    kind: 'emoteStorm',
    emoteId: emote.id,
    emoteCode: emote.code,
    messages: 0,
  }
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: (elapsed) => (rate * 3 + 1.5) * Math.min(1, (elapsed + 1) / 3),
    message(atMs) {
      room.say(room.crowd.speaker(room.random).member, atMs, room.texts.emoteOnly(emote), {})
      figures.messages += 1
    },
  }
}

const GIFT_SIZES = [5, 5, 10, 10, 20, 50] as const
/** Gifts after their announcement come within this time. */
const GIFTS_WITHIN_MS = 4_000

function beginGiftBurst(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const { random } = room
  const span = seconds(setting, 25, 40)
  const figures: Figures<'giftBurst'> = { kind: 'giftBurst', bombs: 0, gifts: 0, messages: 0 }
  for (let bomb = random.chance(0.4) ? 2 : 1; bomb > 0; bomb--) {
    const giver = room.crowd.regular(random.below(Math.min(60, room.crowd.regularCount)))
    const size = random.pick(GIFT_SIZES)
    const startMs = nowMs + figures.bombs * 6_000 + random.below(500)
    // Nineteen digits, as Twitch's; within a run and channel the time tells them apart.
    const giftId = `7${String(random.below(100_000)).padStart(5, '0')}${startMs}`
    const name = giver.person.displayName || giver.person.login
    const params = {
      'community-gift-id': giftId,
      'mass-gift-count': size,
      'origin-id': giftId,
      'sender-count': size,
      'sub-plan': '1000',
    }
    const system = `${name} is gifting ${size} Tier 1 Subs to the community!`
    room.notice(giver, startMs, 'submysterygift', params, system)
    for (let gift = 1; gift <= size; gift++) {
      const atMs = startMs + 100 + Math.floor((gift / size) * (GIFTS_WITHIN_MS - 200))
      giveSubscription(room, giver, atMs, gift, giftId)
    }
    figures.bombs += 1
    figures.gifts += size
  }
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(rate * 1.5 + 1, span),
    message(atMs) {
      room.say(room.crowd.speaker(room.random).member, atMs, room.texts.thanks(), {})
      figures.messages += 1
    },
  }
}

function beginQuestionWave(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const span = seconds(setting, 30, 60)
  const question = room.texts.question()
  const shouted = plain(`${question.text.slice(0, -1)}???`)
  const figures: Figures<'questionWave'> = { kind: 'questionWave', text: question.text, messages: 0 }
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(rate * 2.2 + 1, span),
    message(atMs) {
      const text = room.random.chance(0.3) ? shouted : question
      room.say(room.crowd.speaker(room.random).member, atMs, text, {})
      figures.messages += 1
    },
  }
}

function beginCopyPasta(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const span = seconds(setting, 25, 50)
  const pasta = room.texts.copypasta()
  const figures: Figures<'copyPasta'> = { kind: 'copyPasta', text: pasta, messages: 0 }
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: () => rate * 1.5 + 1,
    message(atMs) {
      const text = room.random.chance(0.2) ? padded(room.random, plain(pasta)) : plain(pasta)
      room.say(room.crowd.speaker(room.random).member, atMs, text, {})
      figures.messages += 1
    },
  }
}

function beginCommandWave(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const span = seconds(setting, 30, 60)
  const command = '!join'
  const figures: Figures<'commandWave'> = { kind: 'commandWave', command, messages: 0 }
  botSays(room, nowMs, `A giveaway has begun! Type ${command} to take part`)
  const winner = room.crowd.regular(room.random.below(room.crowd.regularCount)).person
  botSays(room, nowMs + span * STEP_MS - 1, `The giveaway is over, well done @${winner.login}`)
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(rate * 2.5 + 1.2, span),
    message(atMs) {
      room.say(room.crowd.speaker(room.random).member, atMs, plain(command), {})
      figures.messages += 1
    },
  }
}

function beginBanWave(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const { random } = room
  const span = seconds(setting, 15, 25)
  const text = random.pick(SPAM)
  const toMs = nowMs + (span + 5) * STEP_MS
  const figures: Figures<'banWave'> = { kind: 'banWave', messages: 0, bans: 0, timeouts: 0 }
  return {
    room,
    label: label(figures, room, nowMs, toMs),
    // Nobody new comes in the last seconds, so that every removal lies within the span.
    perSecond: (elapsed) => (elapsed < span ? Math.min(12, rate * 0.8 + 1) : 0),
    message(atMs) {
      const { member, first } = room.crowd.newcomer()
      room.say(member, atMs, plain(text), { first })
      figures.messages += 1
      const bans = random.chance(0.6)
      room.clear(member, atMs + random.between(700, 3_500), bans ? null : 600)
      if (bans) figures.bans += 1
      else figures.timeouts += 1
    },
  }
}

function beginSurge(setting: Setting): Happening {
  const { room, rate, nowMs, label } = setting
  const span = seconds(setting, 20, 40)
  const figures: Figures<'unexplained'> = { kind: 'unexplained', messages: 0 }
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(rate * 3 + 1.5, span),
    message(atMs) {
      room.say(room.crowd.speaker(room.random).member, atMs, room.texts.surgeShout(), {})
      figures.messages += 1
    },
  }
}

function beginChatClear({ room, rate, nowMs, label }: Setting): Happening {
  const span = 20
  const figures: Figures<'chatClear'> = { kind: 'chatClear', messages: 0 }
  room.clear(null, nowMs, null)
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond: fading(rate * 0.5 + 0.5, span),
    message(atMs) {
      const text = plain('where did the chat go')
      room.say(room.crowd.speaker(room.random).member, atMs, text, {})
      figures.messages += 1
    },
  }
}

function beginMode(setting: Setting): Happening {
  const { room, nowMs, label } = setting
  const { mode, on, notices } = room.random.pick(MODE_SWITCHES)
  const span = seconds(setting, 30, 90)
  const figures: Figures<'mode'> = { kind: 'mode', mode, value: on, changes: 1 }
  room.switchMode(mode, on, nowMs, notices[0], notices[1])
  return {
    room,
    label: label(figures, room, nowMs, nowMs + span * STEP_MS),
    perSecond(elapsed) {
      if (elapsed === span - 1) {
        room.switchMode(mode, MODES_OFF[mode], nowMs + elapsed * STEP_MS, notices[2], notices[3])
        figures.changes += 1
      }
      return 0
    },
    message() {},
  }
}

function beginAnnouncement({ room, nowMs, label }: Setting): Happening {
  const figures: Figures<'announcement'> = { kind: 'announcement', announcements: 1 }
  const text = 'Stream plan for tonight is on the channel page, be kind to each other'
  room.notice(room.crowd.broadcaster, nowMs, 'announcement', { color: 'PRIMARY' }, '', text)
  return {
    room,
    label: label(figures, room, nowMs, nowMs + STEP_MS),
    perSecond: () => 0,
    message() {},
  }
}

/** Happenings inside one channel. */
export const HAPPENINGS = {
  raid: beginRaid,
  emoteStorm: beginEmoteStorm,
  giftBurst: beginGiftBurst,
  questionWave: beginQuestionWave,
  copyPasta: beginCopyPasta,
  commandWave: beginCommandWave,
  banWave: beginBanWave,
  unexplained: beginSurge,
  chatClear: beginChatClear,
  mode: beginMode,
  announcement: beginAnnouncement,
} as const satisfies Record<string, Begin>
export type HappeningKind = keyof typeof HAPPENINGS
