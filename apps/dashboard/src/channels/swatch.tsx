import { HUES } from '../charts/palette.ts'

/** The CSS colour of a channel; null is the grey of the rest. */
export function slotColor(slot: number | null): string {
  return slot === null ? 'var(--other)' : `var(--s${slot % HUES})`
}

/** True for the second form of a hue: striped and dashed. */
export function isFormB(slot: number | null): boolean {
  return slot !== null && slot >= HUES
}

/** The colour mark of a channel; it always stands beside a name. */
export function Swatch({ slot }: { slot: number | null }) {
  return (
    <span
      className={isFormB(slot) ? 'swatch swatch-b' : 'swatch'}
      style={{ '--c': slotColor(slot) } as React.CSSProperties}
    />
  )
}
