import type { BackingNames } from './backing-names.ts'

/** The picture in words, for somebody who has never seen a log or a stream. */
export function ExplainPanel({ names }: { names: BackingNames }) {
  return (
    <section className="panel" aria-labelledby="explain-head">
      <header className="panel-head">
        <h2 id="explain-head">How a message becomes a number</h2>
      </header>
      <ol className="explain">
        <li>
          <b>Heard</b>
          <p>
            The ingestor sits in every chat like a viewer and writes each line down as a record. Two may hear
            the same chat: the copy is recognised later and counted once.
          </p>
        </li>
        <li>
          <b>Logged</b>
          <p>
            Records are appended to a log ({names.log}) and never changed. The log is cut into partitions; a
            channel always goes to the same one, so its order is kept.
          </p>
        </li>
        <li>
          <b>Counted</b>
          <p>
            Each partition has one worker of the stream job, which reads on from where it stopped. Lag is what
            is written and not read yet. {names.placement}
          </p>
        </li>
        <li>
          <b>Kept</b>
          <p>
            Results are rows ({names.store}): minutes, hours, days, people. A row knows the last record in it,
            so a restart reads on and nothing counts twice.
          </p>
        </li>
        <li>
          <b>Shown</b>
          <p>
            Changes take the short way to the gateway, which sends them to your browser up to five times a
            second. History comes from the rows.
          </p>
        </li>
      </ol>
    </section>
  )
}
