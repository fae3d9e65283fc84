/** Kinds of USERNOTICE with a number of their own (metrics.md). */
export const NAMED_NOTICES: Readonly<
  Record<string, 'subs' | 'resubs' | 'gifts' | 'giftBombs' | 'raids' | 'announcements'>
> = {
  sub: 'subs',
  resub: 'resubs',
  subgift: 'gifts',
  anonsubgift: 'gifts',
  submysterygift: 'giftBombs',
  anonsubmysterygift: 'giftBombs',
  raid: 'raids',
  announcement: 'announcements',
}

/** Kinds counted by name in `otherNoticesByKind`; an unknown one is `other`, one without msg-id is `none`. */
export const OTHER_NOTICES: ReadonlySet<string> = new Set([
  'anongiftpaidupgrade',
  'bitsbadgetier',
  'charitydonation',
  'communitypayforward',
  'crate',
  'extendsub',
  'giftpaidupgrade',
  'highlighted-message',
  'midnightsquid',
  'modifiedsub',
  'onetapbreakpointachieved',
  'onetapgiftredeemed',
  'onetapstreakexpired',
  'onetapstreakstarted',
  'primecommunitygiftreceived',
  'primepaidupgrade',
  'rewardgift',
  'ritual',
  'sharedchatnotice',
  'socialsharingbadge',
  'standardpayforward',
  'unraid',
  'viewermilestone',
  'watchstreak',
])
export const OTHER_NOTICE = 'other'
export const NOTICE_WITHOUT_KIND = 'none'

/** Name under which another USERNOTICE is counted. */
export function otherNoticeKind(msgId: string): string {
  if (msgId === '') return NOTICE_WITHOUT_KIND
  return OTHER_NOTICES.has(msgId) ? msgId : OTHER_NOTICE
}
