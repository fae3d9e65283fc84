/** Counts by name with a bounded number of names: what comes later is counted as `other`. */
export class Tallies {
  readonly #namesMax: number
  readonly #counts = new Map<string, number>()
  total = 0

  constructor(namesMax: number) {
    this.#namesMax = namesMax
  }

  add(name: string): void {
    this.total++
    const known = this.#counts.has(name) || this.#counts.size < this.#namesMax
    const counted = known ? name : 'other'
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1)
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
