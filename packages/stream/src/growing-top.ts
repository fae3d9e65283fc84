import { TOP_CAPACITY, TopList, type TopRow } from '@smacktalk/contract'

/** A top list of an hour or a day as a row. */
export class GrowingTop {
  readonly list: TopList

  constructor(stored?: TopRow) {
    this.list = new TopList(TOP_CAPACITY, stored?.list)
  }

  toStored(): TopRow {
    return { list: this.list.toStored() }
  }
}
