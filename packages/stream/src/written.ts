/** A row that is written once and says everything with it: an event, or a fact. */
export class Written<T> {
  readonly value: T

  constructor(value: T) {
    this.value = value
  }

  toStored(): T {
    return this.value
  }
}
