import { GoalBar } from './goal-bar.tsx'
import { MomentFlash } from './moment-flash.tsx'
import type { OverlayKind, OverlayOptions } from './overlay-options.ts'
import { RateMeter } from './rate-meter.tsx'
import { TopBoard } from './top-board.tsx'

interface OverlayProps {
  kind: OverlayKind
  options: OverlayOptions
  /** While it is set up: what is rare shows an example. */
  preview?: boolean
}

/** One overlay, as its address describes it. */
export function Overlay({ kind, options, preview = false }: OverlayProps) {
  switch (kind) {
    case 'rate':
      return <RateMeter options={options} />
    case 'emotes':
    case 'chatters':
      return <TopBoard kind={kind} options={options} />
    case 'moment':
      return <MomentFlash options={options} preview={preview} />
    case 'goal':
      return <GoalBar options={options} />
  }
}
