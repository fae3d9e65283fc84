/** How often one key of a top list is in one message. */
export interface Occurrence {
  readonly key: string
  /** What people see for it; empty when it is the key. */
  readonly label: string
  count: number
}

/** How often each key is among those of one message, in the order in which they come first. */
export function occurrences(keys: readonly string[]): Occurrence[] {
  const found: Occurrence[] = []
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!
    // A message has few different ones, so they are looked through.
    let at = 0
    while (at < found.length && found[at]!.key !== key) at++
    if (at < found.length) found[at]!.count++
    else found.push({ key, label: '', count: 1 })
  }
  return found
}
