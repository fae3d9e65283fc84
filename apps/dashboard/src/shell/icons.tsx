import type { ReactNode } from 'react'

const SHAPES = {
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3.200 8.400 3 3 6.600-6.800" />,
  link: (
    <path d="M6.800 9.200a2.700 2.700 0 0 0 3.800 0l2-2a2.700 2.700 0 0 0-3.800-3.800l-.6.6M9.200 6.800a2.700 2.700 0 0 0-3.800 0l-2 2a2.700 2.700 0 0 0 3.800 3.800l.6-.6" />
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="2.800" />
      <path d="M8 1.500v1.600M8 12.900v1.600M1.500 8h1.600M12.900 8h1.600M3.400 3.400l1.100 1.100M11.500 11.500l1.100 1.100M3.400 12.600l1.100-1.100M11.500 4.500l1.100-1.100" />
    </>
  ),
  help: (
    <>
      <circle cx="8" cy="8" r="5.800" />
      <path d="M6.300 6.300a1.800 1.800 0 1 1 2.600 1.600c-.6.3-.9.7-.9 1.300M8 11.200v.1" />
    </>
  ),
  down: <path d="M8 2.500v7.500M4.800 7 8 10.200 11.200 7M3 13.200h10" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.600-3.700M13 2.500V5h-2.500" />,
  pin: <path d="M5.500 2h5l-.7 4.500L12 8.800v1H4v-1l2.200-2.300zM8 9.800V14" />,
  table: <path d="M2.500 3.500h11v9h-11zM2.500 6.500h11M6.500 6.500v6" />,
  find: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="m10.200 10.200 3.300 3.300" />
    </>
  ),
  channels: <path d="M2 12.500c2-6 3.500-6 5-2.500s3 2.500 4.200-1.500S13.400 4 14 3.500M2 2.500v11h12" />,
  overlays: (
    <>
      <rect x="2" y="3" width="12" height="8" rx="1.500" />
      <path d="M5.500 13.500h5" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5.400" r="2.600" />
      <path d="M2.800 13.500c.6-2.700 2.600-4 5.200-4s4.600 1.300 5.200 4" />
    </>
  ),
  pipeline: (
    <>
      <path d="M2 8h3m6-4.500H8.500C6.500 3.500 7 8 5 8c2 0 1.500 4.500 3.500 4.500H11" />
      <circle cx="12.500" cy="3.500" r="1.500" />
      <circle cx="12.500" cy="12.500" r="1.500" />
    </>
  ),
  shield: <path d="M8 1.800 13 3.600v3.900c0 3.200-2.100 5.500-5 6.700-2.900-1.200-5-3.500-5-6.700V3.600Z" />,
  chart: <path d="M2.500 2.500v11h11M5 10l2.500-3 2 2 3.500-4.500" />,
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

/** A line icon; words stand beside it, or its button carries a label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  )
}

/** The product's mark: three bars in a speech bubble. */
export function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <path
        className="mark-tile"
        d="M5 2h14a4 4 0 0 1 4 4v9a4 4 0 0 1-4 4h-7l-5.200 3.700A.5.5 0 0 1 6 22.300V19H5a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4Z"
      />
      <path
        className="mark-cut"
        d="M6 11.500h2.400v3.700H6zM10.800 5.800h2.400v9.400h-2.400zM15.600 8.600H18v6.600h-2.400z"
      />
    </svg>
  )
}
