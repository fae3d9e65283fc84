import { type Assigner, AssignerProtocol, type GroupMember } from './kafka-client.ts'
import type { LogTopic } from './log-topic.ts'
import { type Member, planAssignment } from './plan-assignment.ts'

/** Part of the group's protocol: members with another name cannot be in one group. */
const NAME = 'smacktalk-sticky'
const VERSION = 1

/** What a member tells the others about itself when it joins; in the answer kafkajs passes nothing of the kind on. */
export interface Claim {
  readonly generation: number
  readonly owned: readonly number[]
}

/**
 * The assignor of a consumer that reads one topic; `claim` says what it has open at that moment. Partitions that were
 * added to the topic later are nobody's: their number is chosen once.
 */
export function stickyAssignor({ name: topic, partitions }: LogTopic, claim: () => Claim): Assigner {
  const { MemberMetadata, MemberAssignment } = AssignerProtocol
  return {
    name: NAME,
    version: VERSION,
    protocol: ({ topics }: { topics: string[] }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(claim())),
      }),
    }),
    assign: async ({ members }: { members: GroupMember[] }) => {
      const plan = planAssignment(members.map(toMember), partitions)
      return [...plan].map(([memberId, assigned]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: { [topic]: assigned },
          userData: Buffer.alloc(0),
        }),
      }))
    },
  }

  function toMember({ memberId, memberMetadata }: GroupMember): Member {
    const { owned, generation } = readClaim(MemberMetadata.decode(memberMetadata)?.userData)
    return { id: memberId, owned, generation }
  }
}

/** What another build may have written is taken with care: a member whose claim cannot be read owns nothing. */
export function readClaim(userData: Buffer | undefined): Claim {
  const none: Claim = { generation: 0, owned: [] }
  if (userData === undefined || userData.length === 0) return none
  try {
    const claim: unknown = JSON.parse(userData.toString('utf8'))
    if (typeof claim !== 'object' || claim === null) return none
    const { generation, owned } = claim as Partial<Record<keyof Claim, unknown>>
    return {
      generation: typeof generation === 'number' ? generation : 0,
      owned: Array.isArray(owned) ? owned.filter((each) => Number.isInteger(each)) : [],
    }
  } catch {
    // Not JSON: said by a program we do not know.
    return none
  }
}
