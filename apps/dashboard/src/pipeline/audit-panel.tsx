import type { PipelineAudit, StatusAnswer } from '@smacktalk/contract'
import { count, plural } from '../format/numbers.ts'
import { dayAndClock, roughDuration } from '../format/times.ts'
import { serverNow } from '../live/server-clock.ts'
import { Icon } from '../shell/icons.tsx'

interface AuditPanelProps {
  audit: PipelineAudit | null
  status: StatusAnswer | null
}

/** Whether the numbers add up: the running account of every record, and the newest recount of the log. */
export function AuditPanel({ audit, status }: AuditPanelProps) {
  return (
    <section className="panel" aria-labelledby="audit-head">
      <header className="panel-head">
        <h2 id="audit-head">Running account and audit</h2>
      </header>
      <div className="account">
        <p className="account-words">Every record of chat ends as exactly one of these, at every moment.</p>
        <Account status={status} />
        {audit === null ? <NoAudit embedded={status?.backend !== 'cluster'} /> : <Audit audit={audit} />}
      </div>
    </section>
  )
}

function Account({ status }: { status: StatusAnswer | null }) {
  const account = status?.accountAt == null ? null : status.account
  const parts = [
    ['Messages', account?.messages],
    ['Events', account?.events],
    ['Duplicates', account?.duplicates],
    ['Late', account?.late],
    ['Dropped, with a reason', account?.dropped],
  ] as const
  return (
    <dl className="account-sum" title="As of the last commits">
      {parts.map(([label, value], index) => (
        <div key={label}>
          <dt>
            <span className="account-sign" aria-hidden="true">
              {index === 0 ? '' : '+'}
            </span>
            {label}
          </dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
      <div className="account-total">
        <dt>
          <span className="account-sign" aria-hidden="true">
            =
          </span>
          Records
        </dt>
        <dd>{count(account?.records)}</dd>
      </div>
    </dl>
  )
}

/** Embedded data belong to one process at a time, so the audit waits until this one is stopped. */
function NoAudit({ embedded }: { embedded: boolean }) {
  return (
    <div className="audit">
      <p>
        <b>Not audited yet</b>
      </p>
      <p className="audit-words">
        <code>npm run smacktalk -- audit</code>
        {embedded ? ', run while this program is stopped,' : ''} counts the log a second time in another way
        and compares every stored number. The result is shown here.
      </p>
    </div>
  )
}

function Audit({ audit }: { audit: PipelineAudit }) {
  const { at, from, to, channels, spans, records, differences } = audit
  const equal = differences === 0
  return (
    <div className="audit">
      <div className="audit-verdict">
        <span className={equal ? 'seal' : 'seal bad'}>
          <Icon name={equal ? 'check' : 'close'} size={22} />
        </span>
        <span>
          <b>
            {equal
              ? 'Counts verified'
              : `${plural(differences, 'number')} differ${differences === 1 ? 's' : ''}`}
          </b>
          <span className="soft">
            {dayAndClock(Date.parse(at))}, {roughDuration(serverNow() - Date.parse(at))} ago
          </span>
        </span>
      </div>
      <dl className="account-sum">
        <div>
          <dt>Records counted again</dt>
          <dd>{count(records)}</dd>
        </div>
        <div>
          <dt>Minutes, hours and days compared</dt>
          <dd>{count(spans)}</dd>
        </div>
        <div>
          <dt>Channels</dt>
          <dd>{count(channels)}</dd>
        </div>
        <div>
          <dt>Differences</dt>
          <dd>{count(differences)}</dd>
        </div>
      </dl>
      <p className="audit-words">
        {from === null || to === null
          ? 'No span lay wholly inside the log yet; ask again when it is older.'
          : `${dayAndClock(Date.parse(from))} – ${dayAndClock(Date.parse(to))}`}
      </p>
    </div>
  )
}
