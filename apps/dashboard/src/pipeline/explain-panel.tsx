import type { BackingNames } from './backing-names.ts'

interface ExplainPanelProps {
  names: BackingNames
  /** Into how many the log is cut. */
  partitions: number
}

/** The picture in words: for somebody who has never seen a log or a stream, and beneath for who knows Kafka. */
export function ExplainPanel({ names, partitions }: ExplainPanelProps) {
  return (
    <section className="panel" aria-labelledby="explain-head">
      <header className="panel-head">
        <h2 id="explain-head">How a message becomes a number</h2>
        <span className="panel-note panel-end not-phone">smaller: for those who know Kafka</span>
      </header>
      <ol className="explain">
        <li>
          <b>Heard</b>
          <p>
            The ingestor sits in every chat like a viewer and writes each line down as a record. Two may hear
            the same chat: the copy is recognised later and counted once.
          </p>
          <p className="explain-more">
            IRC over WebSocket, records in Avro. While the log does not answer they wait on the ingestor’s
            disk, in order.
          </p>
        </li>
        <li>
          <b>Logged</b>
          <p>
            Records are put at the end of a log ({names.logWords}) and never changed. It is cut into{' '}
            {partitions === 0 ? 'parts' : `${partitions} parts`}, the partitions; a channel always goes to the
            same one, so its order is kept.
          </p>
          <p className="explain-more">
            Keyed by the channel’s id, by murmur2. What is late is judged by send times and the time of
            appending, never by a clock of ours.
          </p>
        </li>
        <li>
          <b>Counted</b>
          <p>
            One worker of the stream job reads each partition and goes on where it stopped. Lag is how many
            records are written and not read yet. {names.placement}
          </p>
          <p className="explain-more">
            A pure fold: no clock, no network, so a replay gives the same rows. Ids of the last minutes are
            remembered; that is how a copy is known.
          </p>
        </li>
        <li>
          <b>Kept</b>
          <p>
            Results are rows ({names.storeWords}): minutes, hours, days, people. A row knows the last record
            in it, so a restart reads on and nothing counts twice.
          </p>
          <p className="explain-more">
            Rows hold absolute values and their offset; writing one again changes nothing. The position is a
            row too, written last: at least once, with the effect of once, without transactions.
          </p>
        </li>
        <li>
          <b>Shown</b>
          <p>
            Changes take the short way to the gateway, which sends them to your browser up to five times a
            second. What is older comes from the rows, when you ask for it.
          </p>
          <p className="explain-more">
            Every gateway reads the whole feed of changes. Frames hold absolute values, so a slow browser
            skips some and misses nothing.
          </p>
        </li>
      </ol>
    </section>
  )
}
