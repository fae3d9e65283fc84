interface OverlayLineProps {
  /** Oldest first; null leaves a hole. */
  values: readonly (number | null)[]
  width: number
  height: number
}

/** Half the width of the line, so that it is not cut at top and bottom. */
const MARGIN = 1.5

/** The line of the rate meter: stronger than a sparkline, to be read from a sofa. The figure beside it says the same. */
export function OverlayLine({ values, width, height }: OverlayLineProps) {
  const highest = Math.max(1, ...values.map((value) => value ?? 0))
  const x = (index: number) => (values.length < 2 ? width : (index / (values.length - 1)) * width)
  const y = (value: number) => height - MARGIN - (value / highest) * (height - 2 * MARGIN)
  return (
    <svg className="overlay-line" width={width} height={height} aria-hidden="true">
      {stretches(values).map(([from, to]) => {
        const points = values
          .slice(from, to + 1)
          .map((value, index) => `${x(from + index).toFixed(1)} ${y(value ?? 0).toFixed(1)}`)
        const line = `M${points.join('L')}`
        return (
          <g key={from}>
            <path
              className="overlay-line-fill"
              d={`${line}L${x(to).toFixed(1)} ${height}L${x(from).toFixed(1)} ${height}Z`}
            />
            <path className="overlay-line-stroke" d={line} />
          </g>
        )
      })}
    </svg>
  )
}

/** Stretches of known values, first and last index: what was not counted is never bridged. */
function stretches(values: readonly (number | null)[]): [number, number][] {
  const found: [number, number][] = []
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const last = found.at(-1)
    if (last !== undefined && last[1] === index - 1) last[1] = index
    else found.push([index, index])
  }
  return found
}
