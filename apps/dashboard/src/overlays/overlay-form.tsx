import type { ChannelSummary } from '@smacktalk/contract'
import { type ReactNode, useId, useState } from 'react'
import {
  GOAL_COUNTS,
  OPTIONS_OF,
  OVERLAY_BOUNDS,
  OVERLAY_COLORS,
  OVERLAY_SPANS,
  type OverlayKind,
  type OverlayOptions,
  readOverlayChannel,
  TITLE_CHARACTERS_MAX,
  within,
} from './overlay-options.ts'
import { GOAL_WORDS } from './overlay-words.ts'

interface OverlayFormProps {
  kind: OverlayKind
  options: OverlayOptions
  channels: readonly ChannelSummary[]
  onChange: (part: Partial<OverlayOptions>) => void
}

/** The options that the overlay has, each as a control; what is typed is taken when the field is left. */
export function OverlayForm({ kind, options, channels, onChange }: OverlayFormProps) {
  const list = useId()
  const has = (name: keyof OverlayOptions): boolean => OPTIONS_OF[kind].includes(name)
  return (
    <form className="overlay-form" onSubmit={(event) => event.preventDefault()}>
      <Typed
        label="Channel"
        value={options.channel}
        list={list}
        onTake={(text) => {
          const channel = readOverlayChannel(text)
          if (channel === '') return false
          onChange({ channel })
          return true
        }}
      />
      <datalist id={list}>
        {channels.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Choice
        label="Backing"
        value={options.plate ? 'plate' : 'none'}
        choices={{ plate: 'Plate', none: 'None' }}
        onChoose={(value) => onChange({ plate: value === 'plate' })}
      />
      {has('count') && (
        <label className="field">
          <span className="field-label">Counts</span>
          <select
            value={options.count}
            onChange={(event) => {
              const count = GOAL_COUNTS.find((each) => each === event.currentTarget.value)
              if (count !== undefined) onChange({ count })
            }}
          >
            {GOAL_COUNTS.map((count) => (
              <option key={count} value={count}>
                {GOAL_WORDS[count]}
              </option>
            ))}
          </select>
        </label>
      )}
      {has('title') && (
        <Typed
          label="Title"
          value={options.title}
          maxLength={TITLE_CHARACTERS_MAX}
          onTake={(title) => {
            onChange({ title: title.trim() })
            return true
          }}
        />
      )}
      <div className="field-pair">
        {has('goal') && <Numeric name="goal" label="Goal" options={options} onChange={onChange} />}
        {has('line') && <Numeric name="line" label="Line shows, s" options={options} onChange={onChange} />}
        {has('places') && <Numeric name="places" label="Places" options={options} onChange={onChange} />}
        <Numeric name="size" label="Size, %" options={options} onChange={onChange} />
      </div>
      {has('since') && (
        <Typed
          label="Counts since, UTC hour"
          value={options.since.slice(0, 16)}
          placeholder="start of the UTC day"
          onTake={(text) => {
            const atMs = text.trim() === '' ? null : Date.parse(`${text.trim().replace(' ', 'T')}Z`)
            if (atMs !== null && Number.isNaN(atMs)) return false
            onChange({ since: atMs === null ? '' : new Date(atMs).toISOString() })
            return true
          }}
        />
      )}
      {has('span') && (
        <Choice
          label="Time"
          value={options.span}
          choices={{ hour: 'This hour', day: 'Today, UTC' }}
          onChoose={(value) => onChange({ span: OVERLAY_SPANS.find((span) => span === value) ?? 'hour' })}
        />
      )}
      {has('bots') && (
        <Choice
          label="Bots"
          value={options.bots ? 'show' : 'hide'}
          choices={{ hide: 'Leave out', show: 'Show' }}
          onChoose={(value) => onChange({ bots: value === 'show' })}
        />
      )}
      {has('pictures') && (
        <Choice
          label="Pictures"
          value={options.pictures ? 'show' : 'hide'}
          choices={{ show: 'Show', hide: 'First letters' }}
          onChoose={(value) => onChange({ pictures: value === 'show' })}
        />
      )}
      {has('color') && (
        <Choice
          label={kind === 'rate' ? 'Line colour' : 'Bar colour'}
          value={options.color}
          choices={{ signal: 'Signal', channel: 'Channel', white: 'White' }}
          onChoose={(value) =>
            onChange({ color: OVERLAY_COLORS.find((color) => color === value) ?? 'signal' })
          }
        />
      )}
    </form>
  )
}

interface ChoiceProps {
  label: string
  value: string
  choices: Readonly<Record<string, string>>
  onChoose: (value: string) => void
}

function Choice({ label, value, choices, onChoose }: ChoiceProps): ReactNode {
  return (
    <fieldset className="field">
      <legend className="field-label">{label}</legend>
      <div className="switch">
        {Object.entries(choices).map(([name, word]) => (
          <button key={name} type="button" aria-pressed={name === value} onClick={() => onChoose(name)}>
            {word}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

interface NumericProps {
  name: keyof typeof OVERLAY_BOUNDS
  label: string
  options: OverlayOptions
  onChange: (part: Partial<OverlayOptions>) => void
}

function Numeric({ name, label, options, onChange }: NumericProps): ReactNode {
  return (
    <Typed
      label={label}
      value={String(options[name])}
      inputMode="numeric"
      onTake={(text) => {
        onChange({ [name]: within(OVERLAY_BOUNDS[name], text) })
        return true
      }}
    />
  )
}

interface TypedProps {
  label: string
  value: string
  list?: string
  placeholder?: string
  maxLength?: number
  inputMode?: 'numeric'
  /** False: the text is no value, and the field goes back to the one in force. */
  onTake: (text: string) => boolean
}

function Typed({ label, value, onTake, ...rest }: TypedProps): ReactNode {
  const [text, setText] = useState<string | null>(null)
  const take = () => {
    if (text !== null && text !== value) onTake(text)
    setText(null)
  }
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        {...rest}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={text ?? value}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take()
        }}
      />
    </label>
  )
}
