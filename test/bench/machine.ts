import { cpus, loadavg, totalmem } from 'node:os'

/** The machine and how busy it is: figures without that say nothing. */
export function machine(): string {
  const [first] = cpus()
  const load = loadavg().map((value) => value.toFixed(1))
  return (
    `${cpus().length} x ${first?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 1_073_741_824)} GB, ` +
    `Node ${process.versions.node}; load ${load.join(' ')} (1, 5, 15 min)`
  )
}
