import { useEffect, useMemo, useRef } from 'react'
import { frameLoop } from '../charts/frame-loop.ts'
import { currentPalette } from '../charts/palette.ts'
import { useTheme } from '../shell/theme.ts'
import type { Edge } from './flow-layout.ts'
import { dotRuns, paintDots } from './paint-dots.ts'

interface FlowDotsProps {
  edges: readonly Edge[]
  lit: ReadonlySet<string> | null
  /** Nothing moves: dots stand where they are at rest. */
  calm: boolean
}

/**
 * What flows, as dots on a canvas over the drawing: as moving parts of the drawing they had all of it laid out and
 * painted anew, sixty times a second.
 */
export function FlowDots({ edges, lit, calm }: FlowDotsProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const runs = useMemo(() => dotRuns(edges, lit), [edges, lit])
  const latest = useRef(runs)
  latest.current = runs
  const theme = useTheme()

  useEffect(() => {
    const { current } = canvas
    const context = current?.getContext('2d')
    if (current == null || context == null) return
    const draw = (atMs: number) => {
      paintDots(context, latest.current, currentPalette(), calm ? 0 : atMs / 1_000)
    }
    const fit = new ResizeObserver(() => {
      current.width = Math.round(current.clientWidth * devicePixelRatio)
      current.height = Math.round(current.clientHeight * devicePixelRatio)
      draw(performance.now())
    })
    fit.observe(current)
    const stop = calm ? null : frameLoop.move(draw)
    return () => {
      stop?.()
      fit.disconnect()
    }
  }, [calm])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (calm && context != null) paintDots(context, runs, currentPalette(), 0)
  }, [calm, runs, theme])

  return <canvas ref={canvas} className="flow-dots" />
}
