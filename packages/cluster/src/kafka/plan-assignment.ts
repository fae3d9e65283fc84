/** Who reads which partition. A move costs the new reader the state of the partition, so as few as possible. */

export interface Member {
  readonly id: string
  /** Partitions it has open. */
  readonly owned: readonly number[]
  /** Newest generation of the group it has been part of; of two that claim a partition the newer is right. */
  readonly generation: number
}

/** Who has a partition, first the one who is right. */
type Claims = ReadonlyMap<number, readonly string[]>

/**
 * Gives every partition to one member, to each as many as to any other or one more or less. What a member owns it
 * keeps as far as that allows, so no assignment moves fewer. What it must give away goes, if it can, to one who has
 * it open as well: a member that slept still knows what it had. The same input gives the same plan, in any order.
 */
export function planAssignment(members: readonly Member[], partitions: number): Map<string, number[]> {
  const claims = claimsOf(members, partitions)
  const owned = new Map(members.map(({ id }): [string, number[]] => [id, []]))
  for (const [partition, [owner = '']] of claims) owned.get(owner)?.push(partition)
  // Who owns most comes first, so that the larger shares go where they move least.
  const ids = [...owned.keys()].sort((a, b) => owned.get(b)!.length - owned.get(a)!.length || compare(a, b))
  const small = Math.floor(partitions / Math.max(1, ids.length))
  const larger = partitions - small * ids.length
  const shares = new Map(ids.map((id, index) => [id, small + (index < larger ? 1 : 0)]))

  const rivals = (partition: number): number => claims.get(partition)?.length ?? 0
  const plan = new Map(
    ids.map((id) => {
      const uncontested = owned.get(id)!.sort((a, b) => rivals(a) - rivals(b) || a - b)
      return [id, uncontested.slice(0, shares.get(id))]
    }),
  )
  const hasRoom = (id: string): boolean => plan.get(id)!.length < shares.get(id)!
  const kept = new Set([...plan.values()].flat())
  const free = Array.from({ length: partitions }, (_, partition) => partition).filter(
    (each) => !kept.has(each),
  )
  const homeless = free.filter((partition) => {
    const home = claims.get(partition)?.find(hasRoom)
    if (home !== undefined) plan.get(home)!.push(partition)
    return home === undefined
  })
  for (const id of ids) {
    const share = plan.get(id)!
    share.push(...homeless.splice(0, shares.get(id)! - share.length))
    share.sort((a, b) => a - b)
  }
  return plan
}

/** By partition, ascending. */
function claimsOf(members: readonly Member[], partitions: number): Claims {
  const ranked = [...members].sort((a, b) => b.generation - a.generation || compare(a.id, b.id))
  const claims = Array.from({ length: partitions }, (_, partition): [number, string[]] => [partition, []])
  for (const { id, owned } of ranked) for (const partition of new Set(owned)) claims[partition]?.[1].push(id)
  return new Map(claims.filter(([, claimants]) => claimants.length > 0))
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
