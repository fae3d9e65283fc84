import { LOG_PARTITIONS, type Role } from '@smacktalk/contract'
import { describe, expect, test } from 'vitest'
import { NOW } from './clock-fixture.ts'
import { memberOf, partitionsUpTo } from './instance-fixture.ts'
import type { Member } from './roster.ts'
import type { Facts } from './trouble-facts.ts'
import { findTroubles } from './troubles.ts'

const WELL = [memberOf('ingestor'), memberOf('stream-job'), memberOf('gateway')]

function facts(value: Partial<Facts> = {}): Facts {
  const members = value.members === undefined ? WELL : value.members
  return {
    nowMs: NOW,
    backend: 'cluster',
    source: 'twitch',
    log: null,
    store: null,
    following: null,
    members,
    own: null,
    lostGroups: [],
    last: (role) => lastOf([...(members ?? []), ...WELL], role),
    watchedMs: 60_000,
    partitions: LOG_PARTITIONS,
    channelPartitions: [3, 3, 40],
    unownedSince: null,
    quietSince: NOW - 100,
    calmSince: NOW - 60_000,
    viewAt: NOW - 100,
    deafSince: null,
    ongoing: new Set(),
    ...value,
  }
}

function lastOf(members: readonly Member[], role: Role): Member | null {
  return members.find(({ instance }) => instance.role === role) ?? null
}

/** What is found, in short: its part, and whether figures stand still. */
function found(value: Partial<Facts>): string[] {
  return findTroubles(facts(value)).map(
    ({ part, standsStill, text }) => `${part}${standsStill ? ' stands' : ''}: ${text}`,
  )
}

const without = (role: Role, ...instead: Member[]): Member[] => [
  ...WELL.filter(({ instance }) => instance.role !== role),
  ...instead,
]

test('all is well when everybody answers', () => {
  expect(found({})).toEqual([])
})

describe('an ingestor', () => {
  test.each([
    ['silent', 'No ingestor answers.'],
    ['stopping', 'The ingestor was stopped.'],
  ] as const)('that is %s leaves nobody to listen', (liveness, sentence) => {
    const members = without('ingestor', memberOf('ingestor', liveness))
    expect(found({ members })).toEqual(['ingestor stands: Nobody listens to Twitch'])
    expect(findTroubles(facts({ members }))[0]?.advice).toContain(sentence)
  })

  test('that was never heard of is missed after the time a cluster takes to start', () => {
    const never = { members: without('ingestor'), last: () => null }
    expect(found({ ...never, watchedMs: 9_000 })).toEqual([])
    expect(found({ ...never, watchedMs: 11_000 })).toEqual(['ingestor stands: Nobody listens to Twitch'])
  })

  test('of several that falls silent is told while the others go on', () => {
    const silent = memberOf('ingestor', 'silent', { id: 'ingestor-2' })
    expect(found({ members: [...WELL, silent] })).toEqual(['ingestor: 1 of 2 ingestors does not answer'])
  })

  test('of a group that is lost as a whole is told as that, and not while nobody listens at all', () => {
    const silent = memberOf('ingestor', 'silent', { id: 'ingestor-2' })
    const lostGroups = [{ name: 'ingest-b', since: NOW - 9_000 }]
    expect(found({ members: [...WELL, silent], lostGroups })).toEqual([
      'ingestor: No ingestor of ingest-b answers',
    ])
    expect(found({ members: WELL, lostGroups })).toEqual(['ingestor: No ingestor of ingest-b answers'])
    const nobody = without('ingestor', silent)
    expect(found({ members: nobody, lostGroups })).toEqual(['ingestor stands: Nobody listens to Twitch'])
  })

  test('of several that was stopped is missed by nobody', () => {
    const stopped = memberOf('ingestor', 'stopping', { id: 'ingestor-2' })
    expect(found({ members: [...WELL, stopped] })).toEqual([])
  })

  test('that fell silent and was started again is whole', () => {
    const before = memberOf('ingestor', 'silent', { id: 'ingestor-0', updatedAt: NOW - 9_000 })
    const after = memberOf('ingestor', 'running', { startedAt: NOW - 3_000 })
    expect(found({ members: without('ingestor', before, after) })).toEqual([])
  })

  test('tells what keeps it from its work', () => {
    const troubled = (...troubles: string[]) =>
      without('ingestor', memberOf('ingestor', 'running', { troubles }))
    expect(found({ members: troubled('Twitch cannot be reached.') })).toEqual([
      'twitch: Twitch cannot be reached',
    ])
    expect(found({ members: troubled('The log takes no records.') })).toEqual([
      'log: The log takes no records',
    ])
    const log = { since: NOW - 3_000, reason: 'gone' }
    expect(found({ members: troubled('The log takes no records.'), log })).toEqual([
      'log stands: Kafka does not answer',
    ])
    expect(found({ members: troubled('The log takes no records.'), calmSince: NOW - 2_000 })).toEqual([])
    expect(found({ members: troubled('it has taken no views for 3 s.') })).toEqual([
      'log: The log has taken no views for 3 s',
    ])
  })

  test('that was killed and started twice is whole', () => {
    const lives = [9, 6, 2].map((ago, index) =>
      memberOf('ingestor', ago === 2 ? 'running' : 'silent', {
        id: `ingestor-${index}`,
        startedAt: NOW - ago * 1_000,
        updatedAt: NOW - ago * 1_000 + 1_000,
      }),
    )
    expect(found({ members: without('ingestor', ...lives) })).toEqual([])
  })

  test('of the demo world is called so', () => {
    const members = without('ingestor', memberOf('ingestor', 'silent'))
    expect(found({ members, source: 'demo' })).toEqual(['ingestor stands: Nobody listens to the demo world'])
  })
})

describe('a stream job', () => {
  test.each(['silent', 'stopping'] as const)('that is %s stops the counting', (liveness) => {
    const members = without('stream-job', memberOf('stream-job', liveness))
    expect(found({ members })).toEqual(['job stands: Counting has stopped'])
  })

  test('that has come back and owns nothing yet goes on with the same trouble', () => {
    const members = without(
      'stream-job',
      memberOf('stream-job', 'silent', { id: 'job-0' }),
      memberOf('stream-job', 'running', { partitions: [], startedAt: NOW - 500 }),
    )
    const [trouble] = findTroubles(facts({ members, unownedSince: NOW - 5_000 }))
    expect(trouble).toMatchObject({ key: 'no job', standsStill: true, text: 'Counting has stopped' })
    expect(trouble?.advice).toContain('taking over')
  })

  test('that has just come may take a moment, unless nothing was counted before either', () => {
    const members = without('stream-job', memberOf('stream-job', 'running', { partitions: [] }))
    expect(found({ members, unownedSince: NOW - 4_000 })).toEqual([])
    expect(found({ members, unownedSince: NOW - 6_000 })).toEqual(['job stands: Counting has stopped'])
    const ongoing = new Set(['no job'])
    expect(found({ members, unownedSince: NOW, ongoing })).toEqual(['job stands: Counting has stopped'])
  })

  test('of two that falls silent leaves channels uncounted until the other takes over', () => {
    const half = LOG_PARTITIONS / 2
    const one = memberOf('stream-job', 'running', { partitions: partitionsUpTo(half) })
    const two = memberOf('stream-job', 'silent', {
      id: 'job-2',
      partitions: partitionsUpTo(LOG_PARTITIONS, half),
    })
    expect(found({ members: without('stream-job', one, two), unownedSince: NOW })).toEqual([
      'job: 1 of 3 channels is not being counted',
    ])
    const whole = memberOf('stream-job')
    expect(found({ members: without('stream-job', whole, two) })).toEqual([
      'job: 1 of 2 stream jobs does not answer',
    ])
  })

  test('may share partitions anew for a few seconds', () => {
    const members = without(
      'stream-job',
      memberOf('stream-job', 'running', { partitions: partitionsUpTo(32) }),
    )
    expect(found({ members, unownedSince: NOW - 4_000 })).toEqual([])
    expect(found({ members, unownedSince: NOW - 6_000 })).toEqual([
      'job: 1 of 3 channels is not being counted',
    ])
  })

  test('that is late says by how much, in steps', () => {
    const late = (lagMs: number) => ({
      members: without(
        'stream-job',
        memberOf('stream-job', 'running', {
          partitions: [...partitionsUpTo(LOG_PARTITIONS - 1), { partition: 63, position: 1, end: 9, lagMs }],
        }),
      ),
    })
    expect(found(late(4_900))).toEqual([])
    expect(found(late(42_300))).toEqual(['job: Counting is 40 s behind'])
    expect(found(late(600_000))).toEqual(['job: Counting is 10 min behind'])
    expect(found(late(4 * 3_600_000))).toEqual(['job: Counting is 4 h behind'])
  })
})

describe('a log or store that does not answer', () => {
  const outage = { since: NOW - 3_000, reason: 'gone' }

  test('is named, and nothing is said of processes that nobody can hear of', () => {
    expect(found({ store: outage, members: null })).toEqual(['store: Cassandra does not answer'])
    expect(found({ store: outage, log: outage, members: null })).toEqual([
      'log stands: Kafka does not answer',
      'store: Cassandra does not answer',
    ])
    expect(found({ store: outage, members: null, backend: 'embedded' })).toEqual([
      'store: The store does not answer',
    ])
  })

  test('does not make a job that has lost its partitions a trouble of its own', () => {
    const members = without('stream-job', memberOf('stream-job', 'running', { partitions: [] }))
    expect(found({ log: outage, members, unownedSince: NOW - 9_000 })).toEqual([
      'log stands: Kafka does not answer',
    ])
  })

  test('still leaves an ingestor that is gone to be told', () => {
    const members = without('ingestor', memberOf('ingestor', 'silent'))
    expect(found({ log: outage, members })).toHaveLength(2)
  })

  test('says whether live figures go on', () => {
    const advice = (quietSince: number) =>
      findTroubles(facts({ store: outage, members: null, quietSince }))[0]?.advice
    expect(advice(NOW - 200)).toContain('Live figures go on.')
    expect(advice(NOW - 4_000)).toContain('Counting waits for it')
    const [, store] = findTroubles(facts({ store: outage, log: outage, members: null, quietSince: null }))
    expect(store?.advice).not.toContain('Live figures')
    expect(found({ store: outage, members: null, quietSince: NOW - 4_000 })).toEqual([
      'store stands: Cassandra does not answer',
    ])
  })

  test('that answers but takes no rows is found by our own row', () => {
    const members = WELL.map(({ instance }) => memberOf(instance.role as Role, 'silent'))
    const own = memberOf('gateway', 'silent')
    expect(found({ members, own })).toEqual(['store: Cassandra takes no rows'])
  })
})

test('silence is a trouble when everybody answers and channels are heard', () => {
  expect(found({ quietSince: NOW - 7_000 })).toEqual([])
  expect(found({ quietSince: NOW - 9_000 })).toEqual(['job stands: Nothing new is counted'])
  expect(found({ quietSince: NOW - 9_000, calmSince: NOW - 5_000 })).toEqual([])
  expect(found({ quietSince: null })).toEqual([])
  const lagging = [{ partition: 0, position: 1, end: 9, lagMs: 6_000 }, ...partitionsUpTo(LOG_PARTITIONS, 1)]
  const members = without('stream-job', memberOf('stream-job', 'running', { partitions: lagging }))
  expect(found({ members, quietSince: NOW - 9_000 })).toEqual(['job: Counting is 5 s behind'])
})

test('channels that are wanted and not heard for a while are told', () => {
  expect(found({ deafSince: NOW - 9_000 })).toEqual([])
  expect(found({ deafSince: NOW - 11_000 })).toEqual(['twitch: Twitch is not heard'])
  const members = without('ingestor', memberOf('ingestor', 'silent'))
  expect(found({ members, deafSince: NOW - 11_000 })).toEqual(['ingestor stands: Nobody listens to Twitch'])
})

test('a gateway that cannot follow the views says so', () => {
  expect(found({ following: { since: NOW - 6_000, reason: 'gone' } })).toEqual([
    'gateway stands: Live figures do not reach this page',
  ])
})

test('every finding is a clause and whole sentences', () => {
  const outage = { since: NOW, reason: 'x' }
  const silent = (['ingestor', 'stream-job'] as const).map((role) => memberOf(role, 'silent'))
  const all = [
    ...findTroubles(facts({ log: outage, store: outage, members: null })),
    ...findTroubles(facts({ members: [...silent, memberOf('gateway')] })),
    ...findTroubles(facts({ following: outage, quietSince: NOW - 60_000 })),
    ...findTroubles(facts({ quietSince: NOW - 60_000 })),
  ]
  expect(all.length).toBeGreaterThan(5)
  for (const { text, advice } of all) {
    expect(text).toMatch(/^[A-Z].*[^.]$/)
    expect(advice).toMatch(/^[A-Z].*[.?]$/)
  }
})
