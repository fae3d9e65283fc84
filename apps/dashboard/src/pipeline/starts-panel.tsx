import type { PipelineInstance } from '@smacktalk/contract'
import { clockSeconds, dayAndClock } from '../format/times.ts'
import { serverNow } from '../live/server-clock.ts'
import { startsOf } from './starts.ts'

const DAY_MS = 86_400_000

export function StartsPanel({ instances }: { instances: readonly PipelineInstance[] }) {
  const starts = startsOf(instances)
  const now = serverNow()
  return (
    <section className="panel" aria-labelledby="starts-head">
      <header className="panel-head">
        <h2 id="starts-head">Restarts and take-overs</h2>
        <span className="panel-note panel-end">of the processes that run</span>
      </header>
      {starts.length === 0 ? (
        <div className="notice">
          <h3>Nobody has said that they run</h3>
          <p>Every process says so once a second, in the store.</p>
        </div>
      ) : (
        <ol className="starts">
          {starts.map(({ key, at, title, text, result }) => (
            <li key={key}>
              <time dateTime={new Date(at).toISOString()}>
                {now - at < DAY_MS ? clockSeconds(at) : dayAndClock(at)}
              </time>
              <span>
                <b>{title}</b>
                <span className="starts-text">{text}</span>
              </span>
              <span className="starts-result">{result}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
