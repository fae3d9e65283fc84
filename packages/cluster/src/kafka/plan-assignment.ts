/** Who reads which partition. A move costs the new reader the state of the partition, so as few as possible. */

export interface Member {
  readonly id: string
  /** Partitions it has open. */
  readonly owned: readonly number[]
  /** Newest generation of the group it has been part of; of two that claim a partition the newer is right. */
  readonly generation: number
}

/**
 * Gives every partition to one member, to each as many as to any other or one more or less. What a member owns it
 * keeps as far as that allows, so no assignment moves fewer. The same input gives the same plan, in any order.
 */
export function planAssignment(members: readonly Member[], partitions: number): Map<string, number[]> {
  // Who owns most comes first, so that the larger shares go where they move least.
  const claims = claimedBy(members, partitions)
  const owned = new Map(members.map(({ id }) => [id, claims.filter(({ owner }) => owner === id)]))
  const ids = members
    .map(({ id }) => id)
    .sort((a, b) => owned.get(b)!.length - owned.get(a)!.length || compare(a, b))
  const small = Math.floor(partitions / Math.max(1, ids.length))
  const larger = partitions - small * ids.length
  const shareOf = (index: number): number => small + (index < larger ? 1 : 0)

  const plan = new Map(
    ids.map((id, index) => [
      id,
      owned
        .get(id)!
        .slice(0, shareOf(index))
        .map(({ partition }) => partition),
    ]),
  )
  const kept = new Set([...plan.values()].flat())
  const free = Array.from({ length: partitions }, (_, partition) => partition).filter(
    (each) => !kept.has(each),
  )
  for (const [index, id] of ids.entries()) {
    const share = plan.get(id)!
    share.push(...free.splice(0, shareOf(index) - share.length))
    share.sort((a, b) => a - b)
  }
  return plan
}

/** One owner per claimed partition, ascending. */
function claimedBy(members: readonly Member[], partitions: number): { partition: number; owner: string }[] {
  const owners = new Map<number, Member>()
  for (const member of members) {
    for (const partition of member.owned) {
      if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) continue
      const rival = owners.get(partition)
      if (rival === undefined || isRighter(member, rival)) owners.set(partition, member)
    }
  }
  return [...owners]
    .map(([partition, { id }]) => ({ partition, owner: id }))
    .sort((a, b) => a.partition - b.partition)
}

function isRighter(member: Member, rival: Member): boolean {
  if (member.generation !== rival.generation) return member.generation > rival.generation
  return compare(member.id, rival.id) < 0
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
