import { GoalBar } from './goal-bar.tsx'
import type { OverlayKind, OverlayOptions } from './overlay-options.ts'
import { RateMeter } from './rate-meter.tsx'
import { TopBoard } from './top-board.tsx'

/** One overlay, as its address describes it. */
export function Overlay({ kind, options }: { kind: OverlayKind; options: OverlayOptions }) {
  switch (kind) {
    case 'rate':
      return <RateMeter options={options} />
    case 'emotes':
    case 'chatters':
      return <TopBoard kind={kind} options={options} />
    case 'goal':
      return <GoalBar options={options} />
  }
}
