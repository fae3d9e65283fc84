import type { Finding } from '@smacktalk/backend'

const WORDS: Readonly<Record<Finding['verdict'], string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL' }

/** `FAIL  topics     Missing: smacktalk.chat. Run ...`: one line, also of what was said in several. */
export function findingText({ what, verdict, says, advice }: Finding): string {
  const sentence = /[.:?!]$/.test(says) ? says : `${says}.`
  const text = `${sentence} ${advice}`.replaceAll(/\s*\n\s*/g, ' ').trim()
  return `${WORDS[verdict].padEnd(5)} ${what.padEnd(10)} ${text}`
}

/** How long ago, as people say it: `0.4 s`, `12 s`, `3 min`, `5 h`. */
export function ageText(ms: number): string {
  const seconds = ms / 1_000
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
