/** The files and manifests of the project, as the tidy tests see them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Made by tools or holding a person's data, never written by hand. */
const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'coverage', '.git'])

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesUnder(path)
    return entry.isFile() ? [path] : []
  })
}

/** Every file of the project, relative to its root, with `/`. */
export const allFiles: readonly string[] = filesUnder(ROOT)
  .map((path) => relative(ROOT, path).split(sep).join('/'))
  .sort()

export const isSource = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path)
/** Tests, and what only they use: `testing/` folders and fixtures beside them. */
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || /\/testing\/|-fixture\.tsx?$/.test(path)

export function contentOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The text with comments blanked out, so that a rule about code does not trip over a sentence. */
export function codeOf(path: string): string {
  const blank = (comment: string): string => comment.replace(/[^\n]/g, ' ')
  return contentOf(path)
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, blank)
    .replace(/(^|[\s;{}(,])\/\/[^\n]*/g, blank)
}

export interface Manifest {
  readonly name: string
  /** Folder relative to the root. */
  readonly folder: string
  readonly layer: number
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
}

interface PackageJson extends Partial<Manifest> {
  readonly workspaces?: readonly string[]
  readonly smacktalk?: { readonly layer?: number }
}

export function readPackage(folder: string): PackageJson {
  return JSON.parse(contentOf(join(folder, 'package.json')))
}

/** The workspaces in the order in which they are listed. */
export const workspaces: readonly Manifest[] = (readPackage('.').workspaces ?? []).map((folder) => {
  const json = readPackage(folder)
  return {
    name: json.name ?? folder,
    folder,
    layer: json.smacktalk?.layer ?? Number.NaN,
    dependencies: json.dependencies ?? {},
    devDependencies: json.devDependencies ?? {},
    optionalDependencies: json.optionalDependencies ?? {},
    bin: json.bin ?? {},
  }
})

/** The workspace a file belongs to, or null for the root's own. */
export function workspaceOf(path: string): Manifest | null {
  return workspaces.find(({ folder }) => path.startsWith(`${folder}/`)) ?? null
}

export interface Import {
  readonly file: string
  /** As written: `./x.ts`, `node:fs`, `@smacktalk/ports`, `pino`. */
  readonly specifier: string
}

/** `import ... from '...'` and `export ... from '...'` (type imports are imports too), `import '...'`, calls. */
const IMPORTS: readonly RegExp[] = [
  /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
  /^import\s*['"]([^'"\n]+)['"]/gm,
  /\b(?:import|require)\s*\(\s*['"]([^'"\n]+)['"]\s*\)/g,
]

export function importsOf(file: string): Import[] {
  const code = codeOf(file)
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)])
    .map((match) => ({ file, specifier: match[1] ?? '' }))
    .filter(({ specifier }) => !specifier.includes('${')) // put together at run time, for another process
}

/** `@scope/name/deep` -> `@scope/name`, `name/deep` -> `name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

export const isRelative = (specifier: string): boolean => specifier.startsWith('.')
export const isBuiltIn = (specifier: string): boolean => specifier.startsWith('node:')
