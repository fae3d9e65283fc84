import { plural } from '../format/numbers.ts'
import { useNarrow } from '../shell/use-media.ts'
import { millis } from './flow-model.ts'
import { BARS, barOf, barStart, type Latencies } from './latency-book.ts'

/** Drawn at about its real size, so that letters keep theirs. */
const SIZES = { wide: { width: 460, height: 272 }, narrow: { width: 326, height: 214 } } as const
const AXIS = 24
/** Room above the bars for the names of the marks. */
const TOP = 22
const AXIS_MS = { wide: [50, 200, 400, 800, 1_600, 3_200], narrow: [50, 200, 800, 3_200] } as const
/** A message slower than this was late for live, ms. */
const SLOW_MS = 1_000

/** How far this screen is behind chat, measured here. */
export function LatencyPanel({ latencies }: { latencies: Latencies | null }) {
  return (
    <section className="panel" aria-labelledby="latency-head">
      <header className="panel-head">
        <h2 id="latency-head">Behind chat</h2>
        <span className="panel-note panel-end">
          {latencies === null
            ? 'measured here'
            : `measured here, last 5 min, ${plural(latencies.samples, 'frame')}`}
        </span>
      </header>
      {latencies === null ? (
        <div className="notice">
          <h3>Nothing measured yet</h3>
          <p>The first message that reaches this page is the first sample.</p>
        </div>
      ) : (
        <Measured latencies={latencies} />
      )}
    </section>
  )
}

function Measured({ latencies }: { latencies: Latencies }) {
  const { p50Ms, p95Ms, p99Ms, slowestMs } = latencies
  const figures = [
    ['Half within', p50Ms],
    ['95% within', p95Ms],
    ['99% within', p99Ms],
    ['Slowest', slowestMs],
  ] as const
  return (
    <>
      <dl className="latency-figures">
        {figures.map(([label, ms]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{millis(ms)}</dd>
          </div>
        ))}
      </dl>
      <Bars latencies={latencies} />
    </>
  )
}

/** Paler the fewer messages took so long; a mark of its own for what was late for live. */
function barClass(fromMs: number, { p50Ms, p95Ms }: Latencies): string {
  if (fromMs >= SLOW_MS) return 'latency-bar slow'
  if (fromMs >= p95Ms) return 'latency-bar rare'
  return fromMs >= p50Ms ? 'latency-bar half' : 'latency-bar'
}

function Bars({ latencies }: { latencies: Latencies }) {
  const { bars, p50Ms, p95Ms, p99Ms } = latencies
  const size = useNarrow() ? 'narrow' : 'wide'
  const { width, height } = SIZES[size]
  const barWidth = (width - 8) / BARS
  const base = height - AXIS
  const highest = Math.max(...bars)
  const x = (bar: number): number => 4 + bar * barWidth
  const marks = [
    { label: '50%', ms: p50Ms },
    { label: '95%', ms: p95Ms },
    { label: '99%', ms: p99Ms },
  ]
  return (
    <div className="latency-bars">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Histogram: half within ${millis(p50Ms)}, 99 percent within ${millis(p99Ms)}`}
      >
        {bars.map((samples, bar) => {
          const tall = Math.max(samples === 0 ? 0 : 1, (samples / highest) * (base - TOP))
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              key={bar}
              className={barClass(barStart(bar), latencies)}
              x={x(bar) + 1}
              y={base - tall}
              width={barWidth - 2}
              height={tall}
              rx="1.5"
            />
          )
        })}
        <path className="latency-base" d={`M0 ${base + 0.5}H${width}`} />
        {AXIS_MS[size].map((ms) => (
          <text
            key={ms}
            x={x(barOf(ms))}
            y={height - 6}
            textAnchor={ms === AXIS_MS[size][0] ? 'start' : 'middle'}
          >
            {millis(ms).replace('.20 s', '.2 s').replace('.60 s', '.6 s')}
          </text>
        ))}
        {marks.map(({ label, ms }, index) => {
          // Marks that are close would print their names over each other: each has a line of its own.
          const at = x(barOf(ms))
          return (
            <g key={label}>
              <path className="latency-mark" d={`M${at} ${4 + index * 14}V${base}`} />
              <text className="latency-mark-text" x={at + 5} y={14 + index * 14}>
                {label}
              </text>
            </g>
          )
        })}
      </svg>
    </div>
  )
}
