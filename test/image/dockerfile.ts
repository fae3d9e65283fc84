/** The Dockerfile as a list of stages, and what of the tree a build would see. */
import { allFiles, contentOf } from '../tidy/tree.ts'

export interface Instruction {
  readonly name: string
  readonly words: string
}

export interface Stage {
  /** What other stages call it; empty for the last one, which becomes the image. */
  readonly name: string
  readonly instructions: readonly Instruction[]
}

export function stages(): Stage[] {
  const lines = contentOf('Dockerfile').replaceAll('\\\n', ' ').split('\n')
  const all = lines.flatMap((line): Instruction[] => {
    const [, name = '', words = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.replace(/^\s+CMD/, 'CMD')) ?? []
    return name === '' ? [] : [{ name, words: words.trim() }]
  })
  const starts = all.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []))
  return starts.map((start, index) => {
    const instructions = all.slice(start, starts[index + 1])
    return { name: / AS (\S+)$/.exec(instructions[0]?.words ?? '')?.[1] ?? '', instructions }
  })
}

/** Instructions of a stage; the image's with an empty name. */
export function stage(name: string): readonly Instruction[] {
  const found = stages().find((one) => one.name === name)
  if (found === undefined) throw new Error(`The Dockerfile has no stage ${name}.`)
  return found.instructions
}

/** Words of the first instruction of that name; throws when there is none. */
export function wordsOf(instructions: readonly Instruction[], name: string): string {
  const found = instructions.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no ${name}.`)
  return found.words
}

// Files of the tree that .dockerignore leaves in; of its patterns these are known: folder, **/name, **/*.ending.
export function contextFiles(): string[] {
  const patterns = contentOf('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const ignored = patterns.map((pattern) => {
    const anywhere = pattern.startsWith('**/')
    const name = pattern
      .slice(anywhere ? 3 : 0)
      .replaceAll('.', '\\.')
      .replaceAll('*', '[^/]*')
    return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${name}(?:/|$)`)
  })
  return allFiles.filter((path) => !ignored.some((pattern) => pattern.test(path)))
}
