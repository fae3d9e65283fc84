import type { ReactNode } from 'react'
import { Swatch } from '../channels/swatch.tsx'
import { count, MISSING, rate } from '../format/numbers.ts'
import { type FlowProps, laneTitle } from './flow-diagram.tsx'
import { type Box, lanesNote, millis } from './flow-model.ts'
import type { HopTime } from './hop-times.ts'
import type { Lane } from './lanes.ts'
import { Letter } from './letter.tsx'

/** The narrow picture: the same boxes from top to bottom. */
export function FlowStack({
  model,
  names,
  totalMs,
  times,
}: Omit<FlowProps, 'pointed' | 'onPoint'> & { times: readonly HopTime[] }) {
  const time = (label: string): string => {
    const found = times.find((each) => each.label === label)
    return found === undefined ? '' : millis(found.ms)
  }
  return (
    <ol className="flow-stack">
      {model.ingestors.map((box) => (
        <StackBox key={box.id} box={box} />
      ))}
      {model.ingestors.length === 0 && <StackNobody text="No ingestor runs" />}
      <Way text={joined(time('Append'), 'into the log')} />
      <li className="stack-box">
        <div className="stack-head">
          <Letter>K</Letter>
          <b>{names.log}</b>
          <span className="stack-note">{lanesNote(model.lanes)}</span>
        </div>
        <ul>
          {model.lanes.map((lane) => (
            <StackLane key={lane.key} lane={lane} />
          ))}
        </ul>
      </li>
      <Way text={joined(time('Read, fold'), 'read and fold')} />
      {model.jobs.map((box, index) => (
        <StackBox
          key={box.id}
          box={box}
          letters={
            index === 0 ? (
              <>
                <Letter>S</Letter>
                <Letter>A</Letter>
              </>
            ) : null
          }
        />
      ))}
      {model.jobs.length === 0 && <StackNobody text="No stream job runs" />}
      <Way text="changed rows, every second" />
      <StackBox box={model.store} letters={<Letter>C</Letter>} />
      <Way text={joined(time('Views'), 'changes only')} />
      <StackBox box={model.gateway} />
      <Way text={joined(time('Gateway tick'), 'tick, then to you')} />
      <li className="stack-box stack-you">
        <div className="stack-head">
          <b>You</b>
          <span className="stack-value">{totalMs === null ? MISSING : `${millis(totalMs)} behind chat`}</span>
        </div>
      </li>
    </ol>
  )
}

const joined = (time: string, words: string): string => (time === '' ? words : `${time}, ${words}`)

function StackBox({ box, letters = null }: { box: Box; letters?: ReactNode }) {
  const { title, note, figure, lines, trouble } = box
  return (
    <li className={trouble === null ? 'stack-box' : 'stack-box troubled'}>
      <div className="stack-head">
        {letters}
        <b>{title}</b>
        <span className="stack-value">{figure === null ? note : `${figure.value} ${figure.unit}`}</span>
      </div>
      <p>
        {lines.map(({ label, value }) => `${label} ${value}`).join(' · ')}
        {trouble !== null && <span className="stack-trouble"> ▲ {trouble}</span>}
      </p>
    </li>
  )
}

function StackNobody({ text }: { text: string }) {
  return (
    <li className="stack-box troubled">
      <span className="stack-trouble">▲ {text}</span>
    </li>
  )
}

/** Colour marks that fit beside each other. */
const MARKED_CHANNELS = 4

function StackLane({ lane }: { lane: Lane }) {
  const marked = lane.partition === null ? [] : lane.channels.slice(0, MARKED_CHANNELS)
  return (
    <li className="stack-lane" title={laneTitle(lane)}>
      <b>{lane.partition ?? `${count(lane.partitions)} more`}</b>
      <span className="stack-swatches">
        {marked.map(({ id, slot }) => (
          <Swatch key={id} slot={slot} />
        ))}
      </span>
      <span className="right">{lane.perSecond === null ? MISSING : `${rate(lane.perSecond)}/s`}</span>
      <span className={lane.lagging ? 'right stack-trouble' : 'right'}>
        {lane.lagging && '▲ '}
        {count(lane.lag)}
        <span className="spoken"> waiting</span>
      </span>
    </li>
  )
}

function Way({ text }: { text: string }) {
  return (
    <li className="stack-way">
      <span>{text}</span>
    </li>
  )
}
