import type { PipelineAnswer } from '@smacktalk/contract'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { LiveFeed } from '../live/live-feed.ts'
import { serverNow } from '../live/server-clock.ts'
import { useFeedState } from '../live/use-feed.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { copyLink } from '../shell/copy-link.ts'
import { Icon } from '../shell/icons.tsx'
import { useLate } from '../shell/late.ts'
import { OldFigures, PanelError } from '../shell/panel-states.tsx'
import { useMedia } from '../shell/use-media.ts'
import { AuditPanel } from './audit-panel.tsx'
import { backingNames } from './backing-names.ts'
import { ExplainPanel } from './explain-panel.tsx'
import { FlowDiagram } from './flow-diagram.tsx'
import { flowModel } from './flow-model.ts'
import { FlowStack } from './flow-stack.tsx'
import { HopBar } from './hop-bar.tsx'
import { hopTimes } from './hop-times.ts'
import { type Lane, lanesOf } from './lanes.ts'
import type { LatencyBook } from './latency-book.ts'
import { LatencyPanel } from './latency-panel.tsx'
import { type LogEnds, ratesOf, withEnds } from './partition-rates.ts'
import { PartitionsPanel } from './partitions-panel.tsx'
import { StartsPanel } from './starts-panel.tsx'

/** The picture is renewed once a second, the account as often as it is committed anew, ms. */
const PIPELINE_EVERY_MS = 1_000
const STATUS_EVERY_MS = 3_000
/** Narrower, the wide picture would need letters below 10 px. */
const UPRIGHT = '(max-width: 1240px)'

interface PipelinePageProps {
  feed: LiveFeed
  latencies: LatencyBook
}

/** The way of every message, drawn from what the processes say. */
export function PipelinePage({ feed, latencies }: PipelinePageProps) {
  const { epoch, link } = useFeedState(feed)
  const answer = useQuery('pipeline', api.pipeline, { refreshMs: PIPELINE_EVERY_MS, epoch })
  const status = useQuery('pipeline status', api.status, { refreshMs: STATUS_EVERY_MS, epoch })
  useEffect(() => {
    document.title = 'Pipeline · Smacktalk'
  }, [])
  const { data, error, at, reload } = answer
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Pipeline</h1>
          <p className="page-sub">Every message, from chat to this screen · refreshed each second</p>
        </div>
        <div className="page-end">
          {data !== null && error !== null && at !== null && <OldFigures at={at} onRetry={reload} />}
          <span className="flow-key not-phone">
            <span>
              <svg width="8" height="8" aria-hidden="true">
                <circle cx="4" cy="4" r="3.5" fill="var(--s0)" />
              </svg>
              message, in its channel’s colour
            </span>
            <span>
              <svg width="8" height="8" aria-hidden="true">
                <rect width="8" height="8" rx="2" fill="var(--signal-text)" />
              </svg>
              result
            </span>
          </span>
          <button type="button" className="button" onClick={() => void copyLink()}>
            <Icon name="link" />
            Copy link
          </button>
        </div>
      </div>
      {data === null && error !== null && (
        <section className="panel">
          <PanelError what="the pipeline" error={error} onRetry={reload} />
        </section>
      )}
      {data === null && error === null && <FlowSkeleton />}
      {data !== null && (
        <Shown
          answer={data}
          status={status.data}
          latencies={latencies}
          stale={error !== null || link.state !== 'live'}
        />
      )}
    </>
  )
}

interface ShownProps {
  answer: PipelineAnswer
  status: Awaited<ReturnType<typeof api.status>> | null
  latencies: LatencyBook
  stale: boolean
}

function Shown({ answer, status, latencies, stale }: ShownProps) {
  const [pointed, setPointed] = useState<string | null>(null)
  const upright = useMedia(UPRIGHT)
  const lanes = useLanes(answer)
  const measured = latencies.read(serverNow())
  const totalMs = measured?.minuteMs ?? null
  const names = backingNames(status?.backend ?? 'embedded')
  const model = flowModel(answer, lanes, names.store)
  const times = hopTimes(answer.hops, totalMs)
  return (
    <>
      <section className={stale ? 'panel flow stale' : 'panel flow'} aria-label="Way of a message">
        {upright ? (
          <FlowStack model={model} names={names} totalMs={totalMs} times={times} />
        ) : (
          <FlowDiagram model={model} names={names} totalMs={totalMs} pointed={pointed} onPoint={setPointed} />
        )}
        <HopBar times={times} totalMs={totalMs} names={names} />
      </section>
      <ExplainPanel names={names} partitions={answer.partitions.length} />
      <div className="pipeline-panels">
        <LatencyPanel latencies={measured} />
        <PartitionsPanel lanes={lanes} onPoint={setPointed} />
        <AuditPanel audit={answer.audit} status={status} />
      </div>
      <StartsPanel instances={answer.instances} />
    </>
  )
}

/** Lanes of the newest answer; those that are shown stay as long as they are among the busiest. */
function useLanes(answer: PipelineAnswer): readonly Lane[] {
  const kept = useRef<readonly LogEnds[]>([])
  const shown = useRef<ReadonlySet<string>>(new Set())
  return useMemo(() => {
    // Seeing the same answer twice changes nothing.
    kept.current = withEnds(kept.current, {
      at: Date.parse(answer.now),
      ends: answer.partitions.map(({ logEnd }) => logEnd),
    })
    const lanes = lanesOf(answer.partitions, ratesOf(kept.current), shown.current)
    shown.current = new Set(lanes.map(({ key }) => key))
    return lanes
  }, [answer])
}

function FlowSkeleton() {
  const late = useLate(true)
  return (
    <section className="panel flow-skeleton" aria-busy="true" role="status" aria-label="Loading the pipeline">
      {late && SKELETON_PARTS.map((part) => <span key={part} className={`skeleton skeleton-${part}`} />)}
    </section>
  )
}

const SKELETON_PARTS = ['ingestor', 'log', 'jobs', 'store', 'you'] as const
