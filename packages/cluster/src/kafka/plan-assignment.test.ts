import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Member, planAssignment } from './plan-assignment.ts'

const PARTITIONS = 64

/** Members with claims that may overlap, be nonsense, or leave partitions out. */
const members = fc
  .array(
    fc.record({
      owned: fc.uniqueArray(fc.integer({ min: -2, max: PARTITIONS + 2 }), { maxLength: PARTITIONS }),
      generation: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((list): Member[] => list.map((member, index) => ({ id: `member-${index}`, ...member })))

const sizes = (plan: Map<string, number[]>): number[] => [...plan.values()].map((share) => share.length)

test('every partition has exactly one reader, and no reader more than one partition more than another', () => {
  fc.assert(
    fc.property(members, (list) => {
      const plan = planAssignment(list, PARTITIONS)
      const given = [...plan.values()].flat().sort((a, b) => a - b)
      expect(given).toEqual(Array.from({ length: PARTITIONS }, (_, partition) => partition))
      expect([...plan.keys()].sort()).toEqual(list.map(({ id }) => id).sort())
      expect(Math.max(...sizes(plan)) - Math.min(...sizes(plan))).toBeLessThanOrEqual(1)
    }),
  )
})

test('the order in which members are listed changes nothing', () => {
  fc.assert(
    fc.property(members, (list) => {
      const sorted = (plan: Map<string, number[]>) => [...plan].sort()
      expect(sorted(planAssignment([...list].reverse(), PARTITIONS))).toEqual(
        sorted(planAssignment(list, PARTITIONS)),
      )
    }),
  )
})

test('no balanced assignment keeps more partitions where they are', () => {
  const disjoint = fc
    .record({
      owners: fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 12, maxLength: 12 }),
      count: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ owners, count }): Member[] =>
      Array.from({ length: count }, (_, index) => ({
        id: `member-${index}`,
        generation: 1,
        owned: owners.flatMap((owner, partition) => (owner === index ? [partition] : [])),
      })),
    )
  fc.assert(
    fc.property(disjoint, (list) => {
      const plan = planAssignment(list, 12)
      const kept = list.reduce(
        (sum, { id, owned }) => sum + owned.filter((each) => plan.get(id)!.includes(each)).length,
        0,
      )
      expect(kept).toBe(mostKept(list, 12))
    }),
  )
})

/** By trying every way of handing out the larger shares: a member keeps what it owns up to its share. */
function mostKept(list: readonly Member[], partitions: number): number {
  const small = Math.floor(partitions / list.length)
  const larger = partitions % list.length
  let best = 0
  for (let choice = 0; choice < 2 ** list.length; choice++) {
    const chosen = list.map((_, index) => (choice >> index) & 1)
    if (chosen.reduce((sum, bit) => sum + bit, 0) !== larger) continue
    const kept = list.reduce(
      (sum, { owned }, index) => sum + Math.min(owned.length, small + chosen[index]!),
      0,
    )
    best = Math.max(best, kept)
  }
  return best
}

test('a member that joins takes from each its share, and nothing else moves', () => {
  const before = planAssignment(
    ['a', 'b', 'c'].map((id) => ({ id, owned: [], generation: 0 })),
    PARTITIONS,
  )
  const joined: Member[] = [...before].map(([id, owned]) => ({ id, owned, generation: 1 }))
  const after = planAssignment([...joined, { id: 'd', owned: [], generation: 0 }], PARTITIONS)
  for (const id of ['a', 'b', 'c']) {
    expect(before.get(id)!.filter((each) => after.get(id)!.includes(each)).length).toBe(16)
  }
  expect(after.get('d')!.length).toBe(16)
})

test('a member that was asleep gets back what it had, and takes nothing that another had before', () => {
  const all = Array.from({ length: 8 }, (_, partition) => partition)
  const asleep: Member = { id: 'a', owned: [0, 1, 2, 3], generation: 3 }
  const awake: Member = { id: 'b', owned: all, generation: 4 }
  const plan = planAssignment([asleep, awake], 8)
  expect(plan.get('a')).toEqual([0, 1, 2, 3])
  expect(plan.get('b')).toEqual([4, 5, 6, 7])
})

test('of two that claim a partition the one with the newer generation keeps it', () => {
  const asleep: Member = { id: 'a', owned: [0, 1, 2, 3], generation: 3 }
  const awake: Member = { id: 'b', owned: [0, 1, 2, 3], generation: 4 }
  expect(planAssignment([asleep, awake], 8).get('b')).toEqual([0, 1, 2, 3])
})
