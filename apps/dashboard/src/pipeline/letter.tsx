/** One of the letters S M A C K, on the part that stands for it. */
export function Letter({ children }: { children: string }) {
  return <b className="smack-letter">{children}</b>
}

export const LETTER_SIZE = 17

/** The same inside a drawing. */
export function DrawnLetter({ x, y, children }: { x: number; y: number; children: string }) {
  return (
    <g>
      <rect className="drawn-letter" x={x} y={y} width={LETTER_SIZE} height={LETTER_SIZE} rx="4" />
      <text className="drawn-letter-text" x={x + LETTER_SIZE / 2} y={y + 13} textAnchor="middle">
        {children}
      </text>
    </g>
  )
}
