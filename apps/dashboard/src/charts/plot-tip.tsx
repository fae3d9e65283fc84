import { useLayoutEffect, useRef } from 'react'
import { Swatch } from '../channels/swatch.tsx'
import { EventGlyph } from '../events/event-glyph.tsx'
import type { Marker } from '../events/marker.ts'
import { rate } from '../format/numbers.ts'
import { gapAt, type Plot } from './plot.ts'
import { stepTime } from './step-time.ts'

/** Distance of the box from the crosshair, px. */
const ASIDE = 14

/** What stands at the right of the time: the sum, or why there is none. */
function remark(plot: Plot, index: number): string {
  const total = plot.total[index] ?? null
  const counting = index >= plot.running ? 'still counting' : ''
  if (total === null) return gapAt(plot, plot.times[index] ?? 0) ?? (counting || 'not known')
  return plot.series.length > 1 ? `${rate(total)} msg/s${counting === '' ? '' : ' · counting'}` : counting
}

function rowsAt(plot: Plot, index: number) {
  return plot.series
    .map((series) => ({ series, value: series.rates[index] ?? null }))
    .filter(({ value }) => value !== null)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
}

/** The same in a sentence, for a crosshair moved by keys. */
export function spokenStep(plot: Plot, index: number): string {
  const rows = rowsAt(plot, index).map(({ series, value }) => `${series.label} ${rate(value)}`)
  return [stepTime(plot, index), remark(plot, index), ...rows].filter((part) => part !== '').join(', ')
}

interface PlotTipProps {
  plot: Plot
  index: number
  /** The crosshair, px from the left of the chart. */
  x: number
  markers: readonly Marker[]
}

/** The box beside the crosshair; it flips at the edge and never leaves the chart. */
export function PlotTip({ plot, index, x, markers }: PlotTipProps) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const tip = box.current
    const room = tip?.parentElement?.clientWidth ?? 0
    if (tip === null) return
    const width = tip.offsetWidth
    const left = x + ASIDE + width > room ? x - ASIDE - width : x + ASIDE
    tip.style.left = `${Math.max(0, Math.min(left, room - width))}px`
  })
  const rows = rowsAt(plot, index)
  const happened = markersAt(markers, plot, index)
  return (
    <div className="tip" ref={box} aria-hidden="true">
      <p className="tip-head">
        <b>{stepTime(plot, index)}</b>
        <span>{remark(plot, index)}</span>
      </p>
      {rows.length > 0 && (
        <ul>
          {rows.map(({ series, value }) => (
            <li key={series.id}>
              <Swatch slot={series.slot} />
              <bdi className="ellipsis">{series.label}</bdi>
              <b>{rate(value)}</b>
            </li>
          ))}
        </ul>
      )}
      {happened.length > 0 && (
        <ul className="tip-events">
          {happened.slice(0, MARKERS_SHOWN).map(({ at, kind, label }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may be alike in everything, and none has a state
            <li key={`${at} ${place}`}>
              <EventGlyph kind={kind} />
              <bdi className="ellipsis">{label}</bdi>
            </li>
          ))}
          {happened.length > MARKERS_SHOWN && <li>and {happened.length - MARKERS_SHOWN} more</li>}
        </ul>
      )}
    </div>
  )
}

/** Markers listed in the box; more are counted. */
const MARKERS_SHOWN = 4
/** Markers this close to the crosshair are told, as a part of what is shown: a glyph is wider than a step. */
const NEAR_PART = 0.008

function markersAt(markers: readonly Marker[], plot: Plot, index: number): Marker[] {
  const at = plot.times[index] ?? 0
  const near = Math.max(plot.stepMs, plot.times.length * plot.stepMs * NEAR_PART)
  return markers.filter((marker) => marker.at >= at - near && marker.at < at + plot.stepMs + near)
}
