import { api } from '../rest/client.ts'
import { saveFile } from '../shell/save-file.ts'
import { toastStore } from '../shell/toast-store.ts'
import type { Plot } from './plot.ts'
import { plotCsv } from './plot-csv.ts'

interface TableActionsProps {
  plot: Plot
  /** Begins the name of the file. */
  id: string
}

/** Takes the figures of a chart away: into the clipboard or a file. */
export function TableActions({ plot, id }: TableActionsProps) {
  const text = async (): Promise<string> => plotCsv(plot, (await api.status()).source)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text())
      toastStore.show({ kind: 'done', title: 'Table copied', text: 'As CSV, with exact counts.' })
    } catch (error) {
      toastStore.show({ kind: 'warning', title: 'The table was not copied', text: String(error) })
    }
  }
  const save = async () => {
    try {
      const day = new Date(plot.times[0] ?? 0).toISOString().slice(0, 10)
      saveFile(`smacktalk-${id}-${day}.csv`, 'text/csv', await text())
    } catch (error) {
      toastStore.show({ kind: 'warning', title: 'The table was not saved', text: String(error) })
    }
  }
  return (
    <p className="table-actions">
      <button type="button" className="button small" onClick={() => void copy()}>
        Copy
      </button>
      <button type="button" className="button small" onClick={() => void save()}>
        Download CSV
      </button>
    </p>
  )
}
