import { expect, test } from 'vitest'
import { AssignerProtocol } from './kafka-client.ts'
import { type Claim, readClaim, stickyAssignor } from './sticky-assignor.ts'

const TOPIC = { name: 'chat', partitions: 8, compacted: false }

test('a member says what it has open whenever it joins, and keeps it', async () => {
  let claim: Claim = { generation: 0, owned: [] }
  const one = stickyAssignor(TOPIC, () => claim)
  claim = { generation: 4, owned: [1, 3, 5, 7] }
  const members = [
    { memberId: 'one', memberMetadata: one.protocol({ topics: ['chat'] }).metadata },
    {
      memberId: 'two',
      memberMetadata: stickyAssignor(TOPIC, () => ({ generation: 0, owned: [] })).protocol({
        topics: ['chat'],
      }).metadata,
    },
  ]
  const assignments = await one.assign({ members, topics: ['chat'] })
  const given = new Map(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment['chat'],
    ]),
  )
  expect(given.get('one')).toEqual([1, 3, 5, 7])
  expect(given.get('two')).toEqual([0, 2, 4, 6])
})

test.each([
  ['nothing', undefined],
  ['no bytes', Buffer.alloc(0)],
  ['no JSON', Buffer.from('{"owned":')],
  ['something else', Buffer.from('7')],
  ['claims of another kind', Buffer.from('{"owned":"all","generation":"newest"}')],
])('a member that says %s owns nothing', (_what, userData) => {
  expect(readClaim(userData)).toEqual({ generation: 0, owned: [] })
})
