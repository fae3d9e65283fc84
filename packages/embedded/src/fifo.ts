/** First in, first out, readable by index. Unlike `Array.shift`, taking the first does not move all others. */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Removes the first item; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#first]
    this.#items[this.#first++] = undefined
    // Half of it is empty: moving the rest now costs, spread over all shifts, one step each.
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#first + index]
  }
}
