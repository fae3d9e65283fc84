import { useState } from 'react'
import { type ChartRange, RANGE_IDS, RANGES, type RangeId } from '../ranges/ranges.ts'
import type { ChartMoves } from '../ranges/use-chart-range.ts'
import { CustomRangeDialog } from './custom-range-dialog.tsx'
import { usePageKeys } from './keys.ts'

interface RangeSwitchProps {
  range: ChartRange
  moves: ChartMoves
  onChange: (range: RangeId) => void
}

/** The ranges up to now, the keys 1 to 4 for them, and a span of one's own, key 5. */
export function RangeSwitch({ range, moves, onChange }: RangeSwitchProps) {
  const [asking, setAsking] = useState(false)
  const custom = range.id === 'custom'
  const ask = () => setAsking(true)
  usePageKeys({
    ...Object.fromEntries(RANGE_IDS.map((id, index) => [String(index + 1), () => onChange(id)])),
    [RANGE_IDS.length + 1]: ask,
  })
  return (
    <>
      <fieldset className="switch">
        <legend className="spoken">Time range</legend>
        {RANGE_IDS.map((id) => (
          <button key={id} type="button" aria-pressed={id === range.id} onClick={() => onChange(id)}>
            {id === 'live' && <span className="live-dot" />}
            {RANGES[id].label}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={custom}
          aria-haspopup="dialog"
          title={custom ? range.spoken : 'A beginning and an end of your own'}
          onClick={ask}
        >
          {custom ? range.label : 'Custom'}
        </button>
      </fieldset>
      {asking && (
        <CustomRangeDialog
          range={range}
          onTake={(span) => moves.zoom(span)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
