/** A page that shows the OpenAPI document: plain HTML without any script, for people. */
import type { OpenApiDocument } from './openapi.ts'

export const OPENAPI_STYLE = `:root { color-scheme: light dark; --line: #8885; --faint: #888 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.1rem }
code, pre { font: 13px/1.5 ui-monospace, monospace }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 6px }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) }
.method { text-transform: uppercase; font-weight: 600 }
.note { color: var(--faint) }
`

interface Shown {
  summary?: string
  security?: unknown
  parameters?: { name: string; in: string; description: string; schema: unknown }[]
  requestBody?: unknown
  responses?: Record<string, unknown>
}

/** The whole page; `documentUrl` and `styleUrl` are on the same origin. */
export function openApiPage(document: OpenApiDocument, documentUrl: string, styleUrl: string): string {
  const base = document.servers[0]?.url ?? ''
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, shown]) => section(base + path, method, shown as Shown)),
  )
  const schemas = Object.entries((document.components['schemas'] ?? {}) as Record<string, unknown>).map(
    ([name, schema]) => `<h2 id="${escaped(name)}"><code>${escaped(name)}</code></h2>${json(schema)}`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(document.info.title)} API</title>
<link rel="stylesheet" href="${escaped(styleUrl)}">
</head>
<body>
<h1>${escaped(document.info.title)} API <span class="note">${escaped(document.info.version)}</span></h1>
<p>${escaped(document.info.description)}</p>
<p>The same as a document: <a href="${escaped(documentUrl)}">openapi.json</a></p>
${operations.join('\n')}
<h1>Shapes</h1>
${schemas.join('\n')}
</body>
</html>
`
}

function section(path: string, method: string, shown: Shown): string {
  const rows = (shown.parameters ?? []).map(
    (parameter) =>
      `<tr><td><code>${escaped(parameter.name)}</code></td><td class="note">${escaped(parameter.in)}</td>` +
      `<td>${escaped(parameter.description)}<br><code class="note">${escaped(JSON.stringify(parameter.schema))}</code></td></tr>`,
  )
  const table = rows.length === 0 ? '' : `<table>${rows.join('')}</table>`
  const body = shown.requestBody === undefined ? '' : `<p>Body: ${shapes(shown.requestBody)}</p>`
  const answers = Object.entries(shown.responses ?? {})
    .filter(([status]) => status !== 'default')
    .map(([status, answer]) => `<li><code>${escaped(status)}</code> ${shapes(answer)}</li>`)
  const admin = shown.security === undefined ? '' : '<p class="note">Needs permission (see adminToken).</p>'
  return (
    `<h2><span class="method">${escaped(method)}</span> <code>${escaped(path)}</code></h2>` +
    `<p>${escaped(shown.summary ?? '')}</p>${admin}${table}${body}<ul>${answers.join('')}</ul>`
  )
}

/** Links to the shapes that a part of the document names. */
function shapes(part: unknown): string {
  const names = [...JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
    ([, name]) => name ?? '',
  )
  if (names.length === 0) return '<span class="note">no body</span>'
  return names.map((name) => `<a href="#${escaped(name)}"><code>${escaped(name)}</code></a>`).join(', ')
}

function json(value: unknown): string {
  return `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
