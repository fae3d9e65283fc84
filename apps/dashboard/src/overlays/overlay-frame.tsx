import type { CSSProperties, ReactNode } from 'react'
import { slotColor } from '../channels/swatch.tsx'
import type { OverlayColor, OverlayOptions } from './overlay-options.ts'
import { useFade } from './use-fade.ts'

interface OverlayFrameProps {
  options: OverlayOptions
  className: string
  /** False while what is shown may be old: the overlay fades after a while. */
  fresh: boolean
  /** The channel's colour slot; null until it is known. */
  slot: number | null
  children: ReactNode
}

/** What all overlays have in common: plate or outline, size, colour, and fading out when the data stops. */
export function OverlayFrame({ options, className, fresh, slot, children }: OverlayFrameProps) {
  const faded = useFade(fresh)
  const style = {
    '--overlay-color': overlayColor(options.color, slot),
    // `zoom`, not a transform: the box then takes the room that it fills.
    zoom: options.size / 100,
  } as CSSProperties
  return (
    <div
      className={`overlay ${className}`}
      data-plate={options.plate}
      data-faded={faded}
      aria-hidden={faded}
      style={style}
    >
      {children}
    </div>
  )
}

function overlayColor(color: OverlayColor, slot: number | null): string {
  switch (color) {
    case 'signal':
      return 'var(--signal)'
    case 'white':
      return '#fff'
    case 'channel':
      return slot === null ? 'var(--signal)' : slotColor(slot)
  }
}
