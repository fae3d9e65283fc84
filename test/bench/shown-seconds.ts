/** When each message was first seen in a frame: the k-th of a channel's second is seen once the second counts k. */
import type { Frame } from '@smacktalk/contract'

interface Shown {
  readonly count: number
  /** Arrival of the first frame that says so, epoch ms. */
  readonly atMs: number
}

export class ShownSeconds {
  /** By channel id and epoch second: counts that grew, in order of arrival. */
  readonly #shown = new Map<string, Map<number, Shown[]>>()

  overview({ values }: Frame, atMs: number): void {
    for (const [id, seconds] of Object.entries(values.secondsByChannel ?? {})) {
      let ofChannel = this.#shown.get(id)
      if (ofChannel === undefined) {
        ofChannel = new Map()
        this.#shown.set(id, ofChannel)
      }
      for (const [second, count] of seconds) {
        const list = ofChannel.get(second) ?? []
        if (count > (list.at(-1)?.count ?? 0)) list.push({ count, atMs })
        ofChannel.set(second, list)
      }
    }
  }

  /**
   * Latency of every message that was seen, ms, and a sentence for each channel whose seconds do not end up with
   * what was sent.
   */
  compare(
    sentAt: ReadonlyMap<string, Float64Array>,
    ids: ReadonlyMap<string, string>,
  ): { latencies: number[]; differences: string[] } {
    const latencies: number[] = []
    const differences: string[] = []
    for (const [login, times] of sentAt) {
      const ofChannel = this.#shown.get(ids.get(login) ?? '') ?? new Map<number, Shown[]>()
      let wrong = 0
      for (const [second, sent] of Map.groupBy(times, (ms) => Math.floor(ms / 1_000))) {
        const shown: readonly Shown[] = ofChannel.get(second) ?? []
        if (shown.at(-1)?.count !== sent.length) wrong++
        let at = 0
        for (const [index, ms] of sent.entries()) {
          while (at < shown.length && shown[at]!.count <= index) at++
          const first = shown[at]
          if (first !== undefined) latencies.push(first.atMs - ms)
        }
      }
      if (wrong > 0) differences.push(`${wrong} seconds of ${login} in the frames of the overview are wrong.`)
    }
    return { latencies, differences }
  }
}
