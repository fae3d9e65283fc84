import type { ChannelMoment } from '@smacktalk/contract'
import type { LiveChannel } from './live-channel.ts'
import { momentsNow } from './moments-answer.ts'
import type { OptOuts } from './opt-outs.ts'

/** The moments a watched target has sent: the list comes whole, and only when it has changed. */
export class SentMoments {
  readonly #optOuts: OptOuts
  #json = '[]'
  #versions = ''

  constructor(optOuts: OptOuts) {
    this.#optOuts = optOuts
  }

  all(channels: readonly LiveChannel[], nowMs: number): ChannelMoment[] {
    return momentsNow(channels, nowMs, (...who) => !this.#optOuts.mayName(...who))
  }

  /** Null when nothing has changed since the last call. */
  changed(channels: readonly LiveChannel[], nowMs: number): ChannelMoment[] | null {
    // Most ticks change no moment: their rows' positions tell that without making the list.
    const second = Math.floor(nowMs / LOOKED_AT_MS)
    const versions = `${second} ${channels.map((channel) => channel.momentsVersion).join(' ')}`
    if (versions === this.#versions) return null
    this.#versions = versions
    const moments = this.all(channels, nowMs)
    const json = JSON.stringify(moments)
    if (json === this.#json) return null
    this.#json = json
    return moments
  }
}

/** Time alone changes a list when a moment is no news any more. */
const LOOKED_AT_MS = 5_000
