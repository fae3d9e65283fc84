import { rate } from '../format/numbers.ts'
import { gapAt, type Plot } from './plot.ts'
import { stepTime } from './step-time.ts'
import { TableActions } from './table-actions.tsx'

interface PlotTableProps {
  plot: Plot
  caption: string
  /** Of the chart. */
  id: string
}

/** The data of a chart as a table, newest first. */
export function PlotTable({ plot, caption, id }: PlotTableProps) {
  const steps = plot.times.map((_, index) => index).reverse()
  const summed = plot.series.length > 1
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys
    <section className="plot-table" tabIndex={0} aria-label={caption}>
      <TableActions plot={plot} id={id} />
      <table>
        <caption className="spoken">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {summed && (
              <th scope="col" className="right">
                All, msg/s
              </th>
            )}
            {plot.series.map(({ id, label }) => (
              <th key={id} scope="col" className="right">
                <bdi>{summed ? label : `${label}, msg/s`}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((index) => (
            <tr key={plot.times[index]}>
              <th scope="row">
                {stepTime(plot, index)}
                <span className="faint">{note(plot, index)}</span>
              </th>
              {summed && <td className="right">{rate(plot.total[index])}</td>}
              {plot.series.map(({ id, rates }) => (
                <td key={id} className="right">
                  {rate(rates[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function note(plot: Plot, index: number): string {
  if (index >= plot.running) return ' still counting'
  const gap = gapAt(plot, plot.times[index] ?? 0)
  return gap === null ? '' : ` ${gap}`
}
