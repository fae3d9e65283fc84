import { HEAT_STEPS } from './user-view.ts'

/** What the six steps mean; without it colours would be a guess. */
export function HeatScale() {
  return (
    <span className="heat-scale">
      <span>Fewer</span>
      {Array.from({ length: HEAT_STEPS }, (_, step) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the scale
        <i key={step} className={`heat-${step}`} />
      ))}
      <span>More messages</span>
    </span>
  )
}
