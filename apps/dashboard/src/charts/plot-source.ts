import type { Plot } from './plot.ts'

/** Where a chart gets what it draws: read whenever it draws, told when there is something new. */
export interface PlotSource<P extends Plot = Plot> {
  /** Null while there is nothing to draw yet. Cheap when nothing has changed. */
  read(): P | null
  /** Calls back on every change; returns what ends it. */
  onChange(listener: () => void): () => void
}

/** A source that never changes: another answer is another source. */
export function fixedSource<P extends Plot>(plot: P | null): PlotSource<P> {
  return { read: () => plot, onChange: () => () => undefined }
}
