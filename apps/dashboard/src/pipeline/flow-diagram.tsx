import { slotColor } from '../channels/swatch.tsx'
import { channelLabel } from '../format/names.ts'
import { count, MISSING, rate } from '../format/numbers.ts'
import { useCalm } from '../shell/use-media.ts'
import type { BackingNames } from './backing-names.ts'
import { FlowDots } from './flow-dots.tsx'
import {
  CHAT_ID,
  flowLayout,
  isLit,
  LANE_WIDTH,
  LANE_X,
  type LanePlace,
  litIds,
  MARKS,
  type Place,
  pathOf,
  WIDTH,
} from './flow-layout.ts'
import { type Box, type FlowModel, lanesNote, millis, spokenFlow, YOU_ID } from './flow-model.ts'
import { litMarks } from './lanes.ts'
import { DrawnLetter } from './letter.tsx'

export interface FlowProps {
  model: FlowModel
  names: BackingNames
  /** From chat to this screen, ms; null while nothing was measured. */
  totalMs: number | null
  /** What is pointed at: a lane or a box; its path is lit. */
  pointed: string | null
  onPoint: (id: string | null) => void
}

/** The wide picture. Readers of the screen get it as a sentence, and the tables below it. */
export function FlowDiagram({ model, names, totalMs, pointed, onPoint }: FlowProps) {
  const calm = useCalm()
  const layout = flowLayout(model)
  const lit = litIds(model, pointed)
  const dim = (id: string): string => (lit === null || lit.has(id) ? '' : ' dim')
  const boxProps = { lit: dim, onPoint }
  return (
    <div className="flow-picture">
      <svg
        className="flow-drawing"
        viewBox={`0 0 ${WIDTH} ${layout.height}`}
        role="img"
        aria-label={spokenFlow(model, names.log, totalMs)}
      >
        {layout.edges.map((edge) => (
          <path
            key={edge.id}
            className={`flow-edge${edge.dashed ? ' history' : ''}${isLit(edge, lit) ? (lit === null ? '' : ' lit') : ' dim'}`}
            d={pathOf(edge.curve)}
            strokeWidth={edge.width}
          />
        ))}
        <text
          x="4"
          y={layout.ingestors[0] === undefined ? 200 : layout.ingestors[0].y - 10}
          className={`faint-text${dim(CHAT_ID)}`}
        >
          Twitch chat
        </text>
        {model.ingestors.map((box, index) => (
          <DrawnBox key={box.id} box={box} place={layout.ingestors[index]!} {...boxProps} />
        ))}
        {model.ingestors.length === 0 && <Nobody x={24} y={226} text="No ingestor runs" />}

        <DrawnLetter x={LANE_X} y={16}>
          K
        </DrawnLetter>
        <text x={LANE_X + 24} y="29" className="head-text">
          {names.log}
        </text>
        <text x={LANE_X + LANE_WIDTH - 14} y="29" className="faint-text" textAnchor="end">
          {lanesNote(model.lanes)}
        </text>
        <text x={LANE_X + 14} y="50" className="faint-text">
          P
        </text>
        <text x={LANE_X + 54} y="50" className="faint-text">
          Channels
        </text>
        <text x={LANE_X + 154} y="50" className="faint-text">
          Log, unread part lit
        </text>
        <text x={LANE_X + LANE_WIDTH - 74} y="50" className="faint-text" textAnchor="end">
          rec/s
        </text>
        <text x={LANE_X + LANE_WIDTH - 14} y="50" className="faint-text" textAnchor="end">
          Lag
        </text>
        {layout.lanes.map((place) => (
          <DrawnLane key={place.lane.key} place={place} {...boxProps} />
        ))}

        <DrawnLetter x={776} y={16}>
          S
        </DrawnLetter>
        <text x="800" y="29" className="head-text">
          Stream job
        </text>
        <DrawnLetter x={878} y={16}>
          A
        </DrawnLetter>
        <text x="902" y="29" className="faint-text">
          workers
        </text>
        {model.jobs.map((box, index) => (
          <DrawnBox key={box.id} box={box} place={layout.jobs[index]!} {...boxProps} />
        ))}
        {model.jobs.length === 0 && <Nobody x={776} y={226} text="No stream job runs" />}

        <DrawnBox box={model.store} place={layout.store} letter="C" {...boxProps} />
        <text
          x="1146"
          y={(layout.store.y + layout.store.height + layout.gateway.y) / 2 + 4}
          className="faint-text"
        >
          history
        </text>
        <DrawnBox box={model.gateway} place={layout.gateway} {...boxProps} />
        <You place={layout.you} totalMs={totalMs} className={dim(YOU_ID)} />
      </svg>
      <FlowDots edges={layout.edges} lit={lit} calm={calm} />
    </div>
  )
}

interface Pointable {
  /** The class that dims what is not on the pointed path. */
  lit: (id: string) => string
  onPoint: (id: string | null) => void
}

function DrawnBox({
  box,
  place: { x, y, width, height },
  letter,
  lit,
  onPoint,
}: Pointable & { box: Box; place: Place; letter?: string }) {
  const end = x + width - 14
  const first = y + (box.figure === null ? 50 : 86)
  const title = letter === undefined ? x + 14 : x + 38
  // What is wrong takes the place of the last line: since when it is up matters less then.
  const lines = box.trouble === null ? box.lines : box.lines.slice(0, -1)
  return (
    <g
      className={`flow-box${box.trouble === null ? '' : ' troubled'}${lit(box.id)}`}
      onPointerEnter={() => onPoint(box.id)}
      onPointerLeave={() => onPoint(null)}
    >
      <rect className="box" x={x + 0.5} y={y + 0.5} width={width} height={height} rx="8" />
      {letter !== undefined && (
        <DrawnLetter x={x + 14} y={y + 13}>
          {letter}
        </DrawnLetter>
      )}
      <text x={title} y={y + 26} className="head-text">
        {box.title}
      </text>
      <text x={end} y={y + 26} className="faint-text" textAnchor="end">
        {box.note}
      </text>
      {box.figure !== null && (
        <text x={x + 14} y={y + 58} className="big-text">
          {box.figure.value}
          <tspan className="unit-text" dx="6">
            {box.figure.unit}
          </tspan>
        </text>
      )}
      {lines.map(({ label, value }, index) => (
        <g key={label}>
          <text x={x + 14} y={first + index * 20}>
            {label}
          </text>
          <text x={end} y={first + index * 20} className="strong-text" textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {box.trouble !== null && (
        <text x={x + 14} y={first + lines.length * 20} className="warn-text">
          ▲ {short(box.trouble)}
          <title>{box.trouble}</title>
        </text>
      )}
    </g>
  )
}

/** Characters of a trouble that fit into a box; the banner and the title tell the whole. */
const TROUBLE_CHARACTERS = 22

function short(text: string): string {
  return text.length > TROUBLE_CHARACTERS ? `${text.slice(0, TROUBLE_CHARACTERS - 1)}…` : text
}

/** Colour marks that fit into a lane. */
const MARKED_CHANNELS = 5

function DrawnLane({ place: { lane, y, height }, lit, onPoint }: Pointable & { place: LanePlace }) {
  const unread = litMarks(lane.lag, MARKS)
  const isRest = lane.partition === null
  const end = LANE_X + LANE_WIDTH
  const marked = isRest ? [] : lane.channels.slice(0, MARKED_CHANNELS)
  return (
    <g
      className={`flow-lane${lane.lagging ? ' lagging' : ''}${lit(lane.key)}`}
      onPointerEnter={() => onPoint(lane.key)}
      onPointerLeave={() => onPoint(null)}
    >
      <title>{laneTitle(lane)}</title>
      <rect className="lane" x={LANE_X} y={y - height / 2} width={LANE_WIDTH} height={height} rx="6" />
      <text x={LANE_X + 14} y={y + 4} className={isRest ? 'faint-text' : 'head-text'}>
        {isRest ? `${count(lane.partitions)} more, ${count(lane.channels.length)} channels` : lane.partition}
      </text>
      {marked.map(({ id, slot }, index) => (
        <LaneSwatch key={id} x={LANE_X + 54 + index * 16} y={y} slot={slot} />
      ))}
      {lane.channels.length > MARKED_CHANNELS && !isRest && (
        <text x={LANE_X + 54 + MARKED_CHANNELS * 16} y={y + 4} className="faint-text">
          +{lane.channels.length - MARKED_CHANNELS}
        </text>
      )}
      {!isRest &&
        Array.from({ length: MARKS }, (_, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: marks never move
            key={index}
            className={index >= MARKS - unread ? 'mark unread' : 'mark'}
            x={LANE_X + 154 + index * 5}
            y={y - 6}
            width="3.4"
            height="12"
            rx="1"
          />
        ))}
      <text x={end - 74} y={y + 4} className="strong-text" textAnchor="end">
        {rate(lane.perSecond)}
      </text>
      <text x={end - 14} y={y + 4} className={lane.lagging ? 'warn-text' : 'strong-text'} textAnchor="end">
        {lane.lagging && '▲ '}
        {lane.lag === null ? MISSING : count(lane.lag)}
      </text>
    </g>
  )
}

function LaneSwatch({ x, y, slot }: { x: number; y: number; slot: number }) {
  const color = slotColor(slot)
  return slot > 7 ? (
    <rect x={x + 1} y={y - 4} width="8" height="8" rx="2" fill="none" stroke={color} strokeWidth="2" />
  ) : (
    <rect x={x} y={y - 5} width="10" height="10" rx="3" fill={color} />
  )
}

/** Names shown on hover: a lane of many is named by some. */
const TITLE_NAMES = 8

export function laneTitle(lane: LanePlace['lane']): string {
  const names = lane.channels.slice(0, TITLE_NAMES).map(channelLabel)
  const more = lane.channels.length - names.length
  const what = lane.partition === null ? `${lane.partitions} partitions` : `Partition ${lane.partition}`
  const late = lane.lagMs === null ? '' : `, the newest counted record waited ${millis(lane.lagMs)}`
  return `${what}: ${names.join(', ') || 'no channels'}${more > 0 ? ` and ${more} more` : ''}${late}`
}

function Nobody({ x, y, text }: { x: number; y: number; text: string }) {
  return (
    <text x={x} y={y} className="warn-text">
      ▲ {text}
    </text>
  )
}

const BARS = [0.4, 0.7, 0.5, 0.9, 0.65, 0.8]

function You({
  place: { x, y, width, height },
  totalMs,
  className,
}: {
  place: Place
  totalMs: number | null
  className: string
}) {
  const middle = x + width / 2
  return (
    <g className={`flow-box${className}`}>
      <rect className="box you" x={x + 0.5} y={y + 0.5} width={width} height={height} rx="8" />
      <text x={middle} y={y + 26} className="head-text" textAnchor="middle">
        You
      </text>
      {BARS.map((bar, index) => (
        <rect
          key={bar}
          className="you-bar"
          x={x + 21 + index * 7.4}
          y={y + 68 - bar * 30}
          width="5"
          height={bar * 30}
          rx="1"
        />
      ))}
      <text x={middle} y={y + 90} className="strong-text" textAnchor="middle">
        {millis(totalMs)}
      </text>
      <text x={middle} y={y + 108} className="faint-text" textAnchor="middle">
        behind chat
      </text>
    </g>
  )
}
