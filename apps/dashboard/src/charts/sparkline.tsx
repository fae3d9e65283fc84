interface SparklineProps {
  /** Oldest first; null leaves a hole that is hatched. */
  values: readonly (number | null)[]
  width: number
  height: number
  /** A CSS colour; `currentColor` by default. */
  color?: string
}

/** A small line from zero without axes. It repeats what stands beside it in figures, so it is silent to readers. */
export function Sparkline({ values, width, height, color = 'currentColor' }: SparklineProps) {
  const highest = Math.max(1e-9, ...values.map((value) => value ?? 0)) * 1.06
  const x = (index: number) => (values.length < 2 ? width : (index / (values.length - 1)) * width)
  const y = (value: number) => height - 1 - (value / highest) * (height - 3)
  const { runs, holes } = runsOf(values)
  return (
    <svg
      className="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {runs.map(([from, to]) => {
        const points = values.slice(from, to + 1).map((value, index) => {
          const px = x(from + index).toFixed(1)
          return `${px} ${y(value ?? 0).toFixed(1)}`
        })
        const line = `M${points.join('L')}`
        return (
          <g key={from}>
            <path
              d={`${line}L${x(to).toFixed(1)} ${height}L${x(from).toFixed(1)} ${height}Z`}
              fill={color}
              opacity=".16"
            />
            <path d={line} fill="none" stroke={color} strokeWidth="1.4" strokeLinejoin="round" />
          </g>
        )
      })}
      {holes.map(([from, to]) => {
        const left = x(Math.max(0, from - 1))
        const right = x(Math.min(values.length - 1, to + 1))
        return (
          <path
            key={from}
            className="spark-hole"
            d={hatchPath(left, right, height)}
            fill="none"
            strokeWidth="1.2"
          />
        )
      })}
    </svg>
  )
}

function runsOf(values: readonly (number | null)[]): { runs: [number, number][]; holes: [number, number][] } {
  const runs: [number, number][] = []
  const holes: [number, number][] = []
  for (let index = 0; index < values.length; index++) {
    const list = values[index] === null ? holes : runs
    const last = list.at(-1)
    if (last !== undefined && last[1] === index - 1) last[1] = index
    else list.push([index, index])
  }
  return { runs, holes }
}

/** Slanted strokes between two x, cut at both. */
function hatchPath(left: number, right: number, height: number): string {
  const strokes: string[] = []
  for (let start = left - height; start < right; start += 7) {
    const from = Math.max(start, left)
    const to = Math.min(start + height, right)
    if (to > from)
      strokes.push(
        `M${from.toFixed(1)} ${(height - (from - start)).toFixed(1)}L${to.toFixed(1)} ${(height - (to - start)).toFixed(1)}`,
      )
  }
  return strokes.join('')
}
