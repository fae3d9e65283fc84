/** The OpenAPI document, made from the table of routes. */
import { SCHEMAS } from './answer-schemas.ts'
import type { ParameterSpec } from './parameters.ts'
import { API_BASE, ROUTES, type Route } from './routes.ts'

export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, unknown>>
}

const CHANNEL = 'A channel: '
const USER = 'A person: '
const NAME_FORMS =
  'a login in any case, an older login, or an id; `id:123` and `login:123` force one reading, else an id wins.'

export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of ROUTES) {
    const path = route.path.replace(/:([a-z]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Smacktalk',
      version,
      description:
        'Live analytics for Twitch chat. Times are ISO 8601 UTC; ranges are half open. Errors are ' +
        '`application/problem+json` with a `detail` that says what to do; nothing is clamped in silence. ' +
        'The `position` of a live frame (Socket.IO) grows per watched target; those of two targets do not compare. ' +
        'Frames of a channel carry `byClass`, `rateByClass`, `minuteByClass` and `dayByClass` beside the sums: the ' +
        'index adds up bot 1, command 2, shared copy 4, trailing zeros are cut, and where all is class 0 they are left out.',
    },
    servers: [{ url: API_BASE }],
    paths,
    components: {
      schemas: SCHEMAS,
      responses: {
        Problem: {
          description: 'What was wrong and what can be done',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The setting adminToken. Without one, changes are taken from the loopback address only, as JSON, ' +
            'from the same origin or with no Origin.',
        },
      },
    },
  }
}

function operation(route: Route): Record<string, unknown> {
  const { path, body, answers, admin, summary } = route
  const inPath = [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: 64 },
    description: (path.startsWith('/users') ? USER : CHANNEL) + NAME_FORMS,
  }))
  const responses = Object.entries(answers).map(([status, schema]) => [
    status,
    schema === null
      ? { description: 'Done' }
      : { description: summary, content: { 'application/json': { schema: schemaRef(schema) } } },
  ])
  return {
    operationId: route.operation,
    summary,
    ...(admin ? { security: [{ adminToken: [] }, {}] } : {}),
    parameters: [...inPath, ...route.query.map(parameter)],
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaRef(body) } } } }),
    responses: {
      ...Object.fromEntries(responses),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function schemaRef(name: string): Record<string, string> {
  return { $ref: `#/components/schemas/${name}` }
}

function parameter(spec: ParameterSpec): Record<string, unknown> {
  const { name, description, required = false } = spec
  return { name, in: 'query', required, description, ...shapeOf(spec) }
}

function shapeOf(spec: ParameterSpec): Record<string, unknown> {
  switch (spec.kind) {
    case 'time':
      return { schema: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'integer' }] } }
    case 'choice':
      return { schema: { type: 'string', enum: [...spec.of] }, example: spec.of[0] }
    case 'whole':
      return {
        schema: { type: 'integer', minimum: spec.min, maximum: spec.max, default: spec.default },
        example: spec.default,
      }
    case 'text':
      return { schema: { type: 'string', minLength: 1, maxLength: spec.max } }
    case 'name':
      return { schema: { type: 'string', maxLength: 64 } }
    case 'cursor':
      return { schema: { type: 'string', maxLength: 128 } }
    case 'choices':
      return {
        schema: { type: 'array', items: { type: 'string', enum: [...spec.of] }, uniqueItems: true },
        style: 'form',
        explode: false,
      }
  }
}
