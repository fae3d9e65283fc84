import type { Without } from '@smacktalk/contract'
import { useState } from 'react'
import { serverNow } from '../live/server-clock.ts'
import type { ChartRange } from '../ranges/ranges.ts'
import { ApiError } from '../rest/api-error.ts'
import { api } from '../rest/client.ts'
import { Icon } from '../shell/icons.tsx'
import { saveFile } from '../shell/save-file.ts'
import { toastStore } from '../shell/toast-store.ts'
import { rangeCsv } from './range-csv.ts'

interface ExportButtonProps {
  name: string
  range: ChartRange
  without: readonly Without[]
}

/** Takes the figures of the shown range away, exact and by its finest step. */
export function ExportButton({ name, range, without }: ExportButtonProps) {
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      const [answer, { source }] = await Promise.all([
        api.series(name, { ...range.span(serverNow()), step: range.ask, without }),
        api.status(),
      ])
      const from = answer.from.slice(0, 16).replaceAll(':', '-')
      saveFile(
        `smacktalk-${answer.channel.name}-${range.id}-${from}.csv`,
        'text/csv',
        rangeCsv(answer, source),
      )
    } catch (error) {
      const text = error instanceof ApiError ? error.detail : String(error)
      toastStore.show({ kind: 'error', title: 'The figures were not exported', text })
    } finally {
      setBusy(false)
    }
  }
  return (
    <button
      type="button"
      className="button"
      title={`The ${range.spoken} as CSV, a row per ${range.ask}`}
      disabled={busy}
      onClick={() => void save()}
    >
      <Icon name="down" />
      Export
    </button>
  )
}
