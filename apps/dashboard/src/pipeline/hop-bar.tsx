import type { BackingNames } from './backing-names.ts'
import { millis } from './flow-model.ts'
import { type HopTime, oursMs } from './hop-times.ts'
import { Letter } from './letter.tsx'

interface HopBarProps {
  times: readonly HopTime[]
  totalMs: number | null
  names: BackingNames
}

/** Narrowest part of the bar, ms: what is quicker would not hold its words. */
const PART_MS_MIN = 60

/** Steps are medians of all messages, the whole of the newest in each frame, so ours may seem the longer one. */
function oursText(oursMs: number, totalMs: number | null): string {
  return totalMs !== null && oursMs >= totalMs ? 'all of it ours' : `${millis(oursMs)} of it ours`
}

/** Where the time of one message goes, and what the letters stand for. */
export function HopBar({ times, totalMs, names }: HopBarProps) {
  return (
    <div className="hops">
      <p className="hops-words">
        <span>One message, median of the last minute</span>
        <b>{totalMs === null ? 'no message seen yet' : `${millis(totalMs)} from chat to your screen`}</b>
        {times.length > 0 && <span className="soft">{oursText(oursMs(times), totalMs)}</span>}
      </p>
      <ol className="hop-bar" aria-label="Time by step">
        {times.map(({ label, ms, ours, meaning }) => (
          <li
            key={label}
            className={ours ? 'ours' : ''}
            style={{ flexGrow: Math.max(PART_MS_MIN, ms) }}
            title={meaning}
          >
            {label} <b>{millis(ms)}</b>
          </li>
        ))}
      </ol>
      <ul className="smack-letters" aria-label="What each letter of SMACK is here">
        <li className="smack-words">
          SMACK is Spark, Mesos, Akka, Cassandra and Kafka, a known set of systems for streams of data. Here:
        </li>
        {names.smack.map(({ letter, what }) => (
          <li key={letter}>
            <Letter>{letter}</Letter>
            {what}
          </li>
        ))}
      </ul>
    </div>
  )
}
