/** Where everything of the wide picture lies, in units of its drawing. */
import { type FlowModel, GATEWAY_ID, STORE_ID, YOU_ID } from './flow-model.ts'
import type { Lane } from './lanes.ts'

export const WIDTH = 1390
export const LANE_X = 268
export const LANE_WIDTH = 424
/** Marks of a lane's log. */
export const MARKS = 30

const LANES_TOP = 56
const LANE_HEIGHTS = { min: 40, max: 52 } as const
const HEIGHT_MIN = 404
const BOTTOM = 16
const INGESTOR = { x: 20, width: 176, height: 164, gap: 16 } as const
const JOB = { x: 776, width: 178, height: 106, gap: 16 } as const
const STORE = { x: 1050, y: 34, width: 172, height: 150 } as const
const GATEWAY = { x: 1050, y: 250, width: 172, height: 122 } as const
const YOU = { x: 1282, width: 84 } as const

export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface LanePlace {
  readonly lane: Lane
  /** Middle line. */
  readonly y: number
  readonly height: number
}

/** A cubic curve: start, two handles, end. */
export type Curve = readonly [number, number, number, number, number, number, number, number]

export interface Edge {
  readonly id: string
  /** Ids of what it ties together; lit when both are. */
  readonly from: string
  readonly to: string
  readonly curve: Curve
  readonly width: number
  readonly perSecond: number
  /** What runs along it: chat of a lane's channels, or rows. */
  readonly carries: 'records' | 'rows'
  readonly lane: Lane | null
  /** History, read on demand. */
  readonly dashed: boolean
  /** Time of a dot from end to end, s. */
  readonly seconds: number
}

export interface FlowLayout {
  readonly height: number
  readonly lanes: readonly LanePlace[]
  readonly ingestors: readonly Place[]
  readonly jobs: readonly Place[]
  readonly store: Place
  readonly gateway: Place
  readonly you: Place
  readonly edges: readonly Edge[]
}

export const CHAT_ID = 'chat'

export function flowLayout(model: FlowModel): FlowLayout {
  const jobsHeight = stackHeight(model.jobs.length, JOB)
  const ingestorsHeight = stackHeight(model.ingestors.length, INGESTOR)
  const lanesMin = model.lanes.length * LANE_HEIGHTS.min
  const height = Math.max(HEIGHT_MIN, LANES_TOP + Math.max(lanesMin, jobsHeight, ingestorsHeight) + BOTTOM)
  const room = height - LANES_TOP - BOTTOM
  const laneHeight = Math.min(
    LANE_HEIGHTS.max,
    Math.max(LANE_HEIGHTS.min, room / Math.max(1, model.lanes.length)),
  )
  const lanes = model.lanes.map((lane, index) => ({
    lane,
    y: LANES_TOP + index * laneHeight + laneHeight / 2,
    height: laneHeight - 6,
  }))
  // Beside the lanes, not beside the empty room under a few of them.
  const middle =
    LANES_TOP + Math.max(model.lanes.length * laneHeight, Math.max(jobsHeight, ingestorsHeight)) / 2
  const places = {
    height,
    lanes,
    ingestors: stack(model.ingestors.length, INGESTOR, middle, room),
    jobs: stack(model.jobs.length, JOB, middle, room),
    store: STORE,
    gateway: { ...GATEWAY, y: Math.max(GATEWAY.y, height - BOTTOM - GATEWAY.height - 4) },
    you: { ...YOU, y: Math.max(GATEWAY.y, height - BOTTOM - GATEWAY.height - 4), height: GATEWAY.height },
  }
  return { ...places, edges: edgesOf(model, places) }
}

interface StackOf {
  readonly x: number
  readonly width: number
  readonly height: number
  readonly gap: number
}

function stackHeight(boxes: number, { height, gap }: StackOf): number {
  return boxes * height + Math.max(0, boxes - 1) * gap
}

/** Boxes below each other around a middle line; spread over the room when there are several. */
function stack(boxes: number, of: StackOf, middle: number, room: number): Place[] {
  const free = boxes < 2 ? 0 : (room - boxes * of.height) / boxes
  const gap = Math.max(of.gap, Math.min(free, of.gap * 2.5))
  const height = boxes * of.height + Math.max(0, boxes - 1) * gap
  const top = Math.max(LANES_TOP, middle - height / 2)
  return Array.from({ length: boxes }, (_, index) => ({
    x: of.x,
    y: Math.round(top + index * (of.height + gap)),
    width: of.width,
    height: of.height,
  }))
}

const right = ({ x, width }: Place): number => x + width
const middleOf = ({ y, height }: Place): number => y + height / 2

function curve(x1: number, y1: number, x2: number, y2: number): Curve {
  const bend = (x2 - x1) / 2
  return [x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2]
}

type Places = Omit<FlowLayout, 'edges'>

function edgesOf(model: FlowModel, places: Places): Edge[] {
  const total = Math.max(
    1,
    model.lanes.reduce((sum, lane) => sum + (lane.perSecond ?? 0), 0),
  )
  const thickness = (perSecond: number): number => 1 + 4 * Math.sqrt(Math.min(1, perSecond / total))
  const edges: Edge[] = []
  const add = (edge: Omit<Edge, 'id' | 'width' | 'dashed' | 'lane'> & Partial<Edge>): void => {
    const { from, to, perSecond } = edge
    edges.push({ id: `${from} > ${to}`, lane: null, dashed: false, width: thickness(perSecond), ...edge })
  }
  model.ingestors.forEach((ingestor, index) => {
    const place = places.ingestors[index]!
    add({
      ...{ from: CHAT_ID, to: ingestor.id, curve: curve(0, middleOf(place), place.x, middleOf(place)) },
      ...{ perSecond: ingestor.perSecond ?? 0, carries: 'records', seconds: 1, width: 4 },
    })
    for (const { lane, y } of places.lanes) {
      add({
        ...{ from: ingestor.id, to: lane.key, lane, carries: 'records', seconds: 2.4 },
        curve: curve(right(place), middleOf(place), LANE_X, y),
        perSecond: (lane.perSecond ?? 0) / model.ingestors.length,
      })
    }
  })
  model.jobs.forEach((job, index) => {
    const place = places.jobs[index]!
    const read = places.lanes.filter(({ lane }) => lane.owners.some((owner) => job.instances.includes(owner)))
    const step = Math.min(14, (place.height - 20) / Math.max(1, read.length))
    read.forEach(({ lane, y }, at) => {
      add({
        ...{ from: lane.key, to: job.id, lane, carries: 'records', seconds: 1.4 },
        curve: curve(LANE_X + LANE_WIDTH, y, place.x, middleOf(place) + (at - (read.length - 1) / 2) * step),
        perSecond: (lane.perSecond ?? 0) / lane.owners.length,
      })
    })
    const fan = (target: Place): number =>
      target.y + 40 + (index + 0.5) * ((target.height - 56) / model.jobs.length)
    const share = 1 / model.jobs.length
    add({
      ...{ from: job.id, to: STORE_ID, carries: 'rows', seconds: 1.8, width: 2 },
      curve: curve(right(place), middleOf(place) - 8, places.store.x, fan(places.store)),
      perSecond: (model.store.perSecond ?? 0) * share,
    })
    add({
      ...{ from: job.id, to: GATEWAY_ID, carries: 'rows', seconds: 1.8, width: 2 },
      curve: curve(right(place), middleOf(place) + 8, places.gateway.x, fan(places.gateway)),
      perSecond: (model.gateway.perSecond ?? 0) * share,
    })
  })
  const { store, gateway, you } = places
  const x = store.x + store.width / 2
  const [from, to] = [store.y + store.height, gateway.y]
  add({
    ...{ from: STORE_ID, to: GATEWAY_ID, carries: 'rows', seconds: 2.6, width: 1.5, dashed: true },
    curve: [x, from, x, from + (to - from) / 3, x, to - (to - from) / 3, x, to],
    perSecond: 0,
  })
  add({
    ...{ from: GATEWAY_ID, to: YOU_ID, carries: 'rows', seconds: 1.2, width: 3 },
    curve: curve(right(gateway), middleOf(gateway), you.x, middleOf(you)),
    perSecond: model.gateway.perSecond ?? 0,
  })
  return edges
}

/** A point of a curve, `at` from 0 to 1. */
export function pointOn([x1, y1, x2, y2, x3, y3, x4, y4]: Curve, at: number): { x: number; y: number } {
  const back = 1 - at
  const [a, b, c, d] = [back ** 3, 3 * back * back * at, 3 * back * at * at, at ** 3]
  return { x: a * x1 + b * x2 + c * x3 + d * x4, y: a * y1 + b * y2 + c * y3 + d * y4 }
}

/** Pieces of a curve of which dots know the ends; straight ones look curved from so many on. */
const PIECES = 32
/** Points of which the places are found; the finer, the more even the pace. */
const SAMPLES = 128

/** Points of a curve, equally far apart along it: x and y in turn. */
export function evenPoints(curve: Curve): number[] {
  const samples = Array.from({ length: SAMPLES + 1 }, (_, index) => pointOn(curve, index / SAMPLES))
  const lengths = [0]
  for (let index = 1; index <= SAMPLES; index++) {
    const [a, b] = [samples[index - 1]!, samples[index]!]
    lengths.push(lengths[index - 1]! + Math.hypot(b.x - a.x, b.y - a.y))
  }
  const whole = lengths[SAMPLES]!
  const points: number[] = []
  let at = 1
  for (let piece = 0; piece <= PIECES; piece++) {
    const wanted = (whole * piece) / PIECES
    while (at < SAMPLES && lengths[at]! < wanted) at++
    const [a, b] = [samples[at - 1]!, samples[at]!]
    const part = (wanted - lengths[at - 1]!) / (lengths[at]! - lengths[at - 1]! || 1)
    points.push(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part)
  }
  return points
}

/** The point at a part, 0 to 1, of the way along points of `evenPoints`. */
export function placeAlong(points: readonly number[], part: number): { x: number; y: number } {
  const last = points.length / 2 - 1
  const at = Math.min(last - 1, Math.floor(part * last))
  const rest = part * last - at
  const [x = 0, y = 0, x2 = x, y2 = y] = points.slice(at * 2, at * 2 + 4)
  return { x: x + (x2 - x) * rest, y: y + (y2 - y) * rest }
}

/** What lights up when something is pointed at: the whole path through it; null lights all. */
export function litIds(model: FlowModel, pointed: string | null): ReadonlySet<string> | null {
  if (pointed === null) return null
  const always = [CHAT_ID, STORE_ID, GATEWAY_ID, YOU_ID]
  const ingestors = model.ingestors.map(({ id }) => id)
  const lane = model.lanes.find(({ key }) => key === pointed)
  if (lane !== undefined) {
    const jobs = model.jobs.filter((job) => lane.owners.some((owner) => job.instances.includes(owner)))
    return new Set([...always, ...ingestors, lane.key, ...jobs.map(({ id }) => id)])
  }
  const job = model.jobs.find(({ id }) => id === pointed)
  if (job !== undefined) {
    const lanes = model.lanes.filter(({ owners }) => owners.some((owner) => job.instances.includes(owner)))
    return new Set([...always, ...ingestors, job.id, ...lanes.map(({ key }) => key)])
  }
  if (!ingestors.includes(pointed)) return null
  const rest = [...model.lanes.map(({ key }) => key), ...model.jobs.map(({ id }) => id)]
  return new Set([...always, pointed, ...rest])
}

/** An edge is lit when both of its ends are. */
export function isLit({ from, to }: Edge, lit: ReadonlySet<string> | null): boolean {
  return lit === null || (lit.has(from) && lit.has(to))
}

export function pathOf([x1, y1, x2, y2, x3, y3, x4, y4]: Curve): string {
  return `M${x1} ${y1}C${x2} ${y2} ${x3} ${y3} ${x4} ${y4}`
}
