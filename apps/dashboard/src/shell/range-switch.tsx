import { RANGE_IDS, RANGES, type RangeId } from '../ranges/ranges.ts'

interface RangeSwitchProps {
  range: RangeId
  onChange: (range: RangeId) => void
}

export function RangeSwitch({ range, onChange }: RangeSwitchProps) {
  return (
    <fieldset className="switch">
      <legend className="spoken">Time range</legend>
      {RANGE_IDS.map((id) => (
        <button key={id} type="button" aria-pressed={id === range} onClick={() => onChange(id)}>
          {id === 'live' && <span className="live-dot" />}
          {RANGES[id].label}
        </button>
      ))}
    </fieldset>
  )
}

/** The keys 1 to 4 of the ranges. */
export function rangeKeys(onChange: (range: RangeId) => void): Record<string, () => void> {
  return Object.fromEntries(RANGE_IDS.map((id, index) => [String(index + 1), () => onChange(id)]))
}
