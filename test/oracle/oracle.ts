/**
 * A second opinion on the fold: naive, slow, and written from the documents alone. It keeps every record and,
 * for each question, looks through all of them again. `metrics.md` is the only source; where it leaves a
 * choice, the choice made here is in this list.
 *
 * Judging
 *  1. The time of appending is the running maximum over all records of the partition, control records and
 *     other channels included; a ROOMSTATE without a time stands at that maximum.
 *  2. Time limits include both ends: 2005-01-01T00:00:00.000Z and append time + 5 min are valid.
 *  3. An import's line at or below one met before in its channel and run is `already-judged`, before any other
 *     question: it is in no number and no total. Broken lines count as met.
 *  4. "None yet: their own" needs a believable time: with a send time outside the limits, or none, a refused
 *     record counts in the minute of appending.
 *  5. Every event raises `newest` and takes minutes, moderation of another room included; a ROOMSTATE takes
 *     minutes but never raises `newest`.
 *  6. A minute has ended when its end is at or before the time of appending.
 *  7. Late and overlap hold for ROOMSTATEs as for everything else; they change no mode then.
 *  8. The memory is asked with the `newest` from before the record at hand, for duplicates and for authors.
 *     With several remembered sightings of one identity, any one makes a duplicate.
 *  9. A sighting lies at its own send time and in its own run; late, overlapping, too new, duplicate
 *     and already judged records leave one as well: what is remembered depends on the log alone.
 * 10. CLEARCHAT by id and by login are different identities; the room of origin is in no identity.
 * 11. A finished import forgets its sightings; its line number and `newest` stay, and a record beyond the line
 *     number is judged as usual.
 * 12. A record in NO_CHANNEL that is not broken is dropped as `no-room`; an unknown reason is `malformed`.
 *
 * Modes
 * 13. They are kept per channel, whatever the run. A full state sets always, also when it is older; the rule
 *     about 60 s is about single modes only. The last known time is that of the last record that set it.
 * 14. A copy is compared with the last counted record of the same mode *and* the same value (the number, not
 *     on/off), even when another value was counted since; the run does not matter.
 *
 * Text and classes
 * 15. `U+0001 ACTION U+0001` is a closed wrapper around nothing. Without a space or the end after ACTION it is
 *     no wrapper, and its closing U+0001 stays.
 * 16. Bad emote ranges include unreadable ones; a section without an id or a colon is one. Bad ranges do not
 *     take part in "the first of equal starts counts"; a second valid range with an equal start is in no
 *     number. Overlapping ranges with different starts count each.
 * 17. A settings record replaces the default bots and prefix; logins are compared as they are.
 *
 * People
 * 18. Who opted out is in no chatter set: the set keeps ids. All other numbers of the message stay.
 * 19. Opt-out is asked with the id and the login of the record at hand: a CLEARMSG with its author's id and
 *     its own `login` tag.
 * 20. The author of a deleted message is that of the oldest remembered sighting of the id in the same run; if
 *     that is a notice or a shared copy, nobody. The deletion counts on the day of the CLEARMSG.
 *
 * Numbers
 * 21. With its own room id a USERNOTICE counts as its `source-msg-id`, or as its `msg-id` when that is absent.
 * 22. The live seconds hold messages of every run; only messages move them on.
 * 23. A numeric tag below 0 or beyond nine digits is as if absent, so such a time-out is a ban.
 * 24. `totals` of a channel leave already-judged lines out; they are beside.
 * 25. Intervals of coverage that touch are one, and an empty or reversed one is none.
 * 26. No bound of memory or rows is applied: chatters stay exact, sightings are never squeezed out.
 *
 * Words and top lists
 * 27. A valid range that does not count, because an earlier one has its start, makes no token an emote.
 * 28. Of a token between white space first the padding goes, then it is lower-cased, then U+FE00-FE0F go; what
 *     is skipped whole is judged on the result, and only then it is trimmed. So "den.example," is a word.
 * 29. The 30 s for which a text is remembered longer hold for both limits of memory, that of the horizon and
 *     that of the spool. So only the end of an import makes a text forgotten that is near enough.
 * 30. A text is remembered like an identity: also that of late, refused and already judged records, of bots,
 *     shared copies and people who opted out.
 * 31. A mention is matched against the token as it was written and lower-cased then; longer names are cut at 25
 *     characters. It is somebody who opted out when it equals an entry of the list, be it an id or a login.
 *     A mention of a login whose last opted-out bearer (by id, counted, up to this record) is opted out by id
 *     still is hidden like one of an opted-out login.
 * 32. Lists are exact: tests stay below their capacity. Labels are not compared.
 *
 * Events as a list
 * 33. Whom a time-out, ban or deletion befell is the target; nobody acts. The author of a deleted message is that
 *     of 20, its login the tag of the CLEARMSG, also when the author is not known.
 * 34. Recipient, plan and months stand beside every notice that carries them, not gifts alone; amount is given to
 *     mass gifts and raids only. Other notices say the name under which `otherNotices` counts them, by the rule
 *     of 21.
 * 35. Modes are called as Twitch's tags; an event of one without a time stands at the time of appending.
 *
 * Names and badges of a person's day
 * 36. Login: of the newest record by send time that touches the row and has one, a CLEARCHAT and a CLEARMSG too.
 *     Display name and badges: of the newest message, whatever else was newer; a missing display name is the
 *     login. Of equal times the higher position wins. The order of arrival decides nothing else.
 * 37. A person is found by every login that a record touching the row carried on that day.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, NO_CHANNEL } from '@smacktalk/contract'
import { type CoveredDay, coveredDays } from './covered-days.ts'
import { type ListedEvent, listEvents } from './event-list.ts'
import { type Judged, judge, ownerOf } from './judging.ts'
import type { LogEntry, OracleOptions, Verdict } from './log-entry.ts'
import { countRecentSeconds } from './recent-seconds.ts'
import { countSpans, type SpanCount } from './spans.ts'
import { countTopLists, type TopLists } from './top-lists.ts'
import { countUserDays, type UserDays } from './user-days.ts'

export type { CoveredDay, Interval } from './covered-days.ts'
export type { ListedEvent } from './event-list.ts'
export type { LogEntry, OracleOptions, Verdict } from './log-entry.ts'
export { emptySpan, type SpanCount } from './spans.ts'
export type { KeyCount, TopLists } from './top-lists.ts'
export type { UserDayCount, UserDays } from './user-days.ts'

export interface ChannelCount {
  /** By offset, one for each chat record of the channel. */
  verdicts: Map<number, Verdict>
  totals: Totals
  /** By start of the span, ms, ascending; only spans with at least one counted or refused record. */
  minutes: Map<number, SpanCount>
  hours: Map<number, SpanCount>
  days: Map<number, SpanCount>
  /** Run and offset of the record that took the minute; minutes with refused records alone have no owner. */
  owners: Map<number, { run: string; offset: number }>
  /** Messages by class, by epoch second. */
  recentSeconds: Map<number, number[]>
  users: UserDays
  /** By start of the span, ms, ascending; spans with at least one key. */
  topsOfHours: Map<number, TopLists>
  topsOfDays: Map<number, TopLists>
  /** In order of position. */
  events: ListedEvent[]
  coverage: Map<number, CoveredDay>
}

export interface Totals {
  messages: number
  events: number
  duplicates: number
  late: number
  dropped: number
  droppedByReason: Map<string, number>
  alreadyJudged: number
}

/** Channels by id; lines without one are under NO_CHANNEL with totals alone. */
export type OracleCount = Map<string, ChannelCount>

/** Counts the records of one log partition, given in offset order. */
export function countByHand(log: readonly LogEntry[], options: OracleOptions): OracleCount {
  const judged = judge(log, options)
  const channelIds = new Set(log.map(({ record }) => record.value.channelId))
  return new Map(
    [...channelIds].sort().map((channelId) => {
      const ofChannel = judged.filter(({ record }) => record.value.channelId === channelId)
      return [channelId, countChannel(channelId, ofChannel, log)]
    }),
  )
}

function countChannel(channelId: string, all: readonly Judged[], log: readonly LogEntry[]): ChannelCount {
  const ofChannel = channelId === NO_CHANNEL ? [] : all
  const minutes = countSpans(ofChannel, MINUTE_MS)
  return {
    verdicts: new Map(all.map(({ offset, verdict }) => [offset, verdict])),
    totals: totalsOf(all),
    minutes,
    hours: countSpans(ofChannel, HOUR_MS),
    days: countSpans(ofChannel, DAY_MS),
    owners: ownersOf(ofChannel, [...minutes.keys()]),
    recentSeconds: countRecentSeconds(ofChannel),
    users: countUserDays(ofChannel),
    topsOfHours: countTopLists(ofChannel, HOUR_MS),
    topsOfDays: countTopLists(ofChannel, DAY_MS),
    events: listEvents(ofChannel),
    coverage: channelId === NO_CHANNEL ? new Map() : coveredDays(log, channelId),
  }
}

function totalsOf(judged: readonly Judged[]): Totals {
  const number = (verdict: Verdict): number => judged.filter((each) => each.verdict === verdict).length
  const reasons = judged.flatMap(({ verdict }) =>
    verdict.startsWith('dropped: ') ? [verdict.slice('dropped: '.length)] : [],
  )
  return {
    messages: number('message'),
    events: number('event'),
    duplicates: number('duplicate'),
    late: number('late'),
    dropped: reasons.length,
    droppedByReason: new Map(
      [...new Set(reasons)]
        .sort()
        .map((reason) => [reason, reasons.filter((each) => each === reason).length]),
    ),
    alreadyJudged: number('already-judged'),
  }
}

function ownersOf(
  ofChannel: readonly Judged[],
  minutes: readonly number[],
): Map<number, { run: string; offset: number }> {
  return new Map(
    minutes.flatMap((minute) => {
      const owner = ownerOf(ofChannel, minute)
      return owner === undefined ? [] : [[minute, { run: owner.record.value.run, offset: owner.offset }]]
    }),
  )
}
