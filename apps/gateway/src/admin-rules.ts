/** Who may change something (interface.md, adminToken), decided from plain facts of the request. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { HttpProblem } from './http-problem.ts'

export interface Caller {
  /** Address of the connection. */
  readonly address: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  /** A proxy stands between: the address is the proxy's. */
  readonly forwarded: boolean
}

export interface AdminSettings {
  readonly adminToken: string | null
  /** Host names besides loopback that may be asked under. */
  readonly hosts: readonly string[]
}

/** Throws HttpProblem 401, 403 or 415 with what would be allowed. */
export function requireAdmin(caller: Caller, settings: AdminSettings, hasBody: boolean): void {
  if (settings.adminToken === null) requireLoopback(caller, settings.hosts)
  else requireToken(caller, settings.adminToken)
  if (hasBody && !isJson(caller.contentType)) {
    throw new HttpProblem(415, 'Send the body as JSON: Content-Type: application/json.')
  }
}

function requireToken({ authorization }: Caller, token: string): void {
  const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (given !== undefined && sameText(given, token)) return
  throw new HttpProblem(
    401,
    given === undefined
      ? 'Changes need the admin token: Authorization: Bearer <token>.'
      : 'This is not the admin token; it is the setting adminToken (SMACKTALK_ADMIN_TOKEN).',
    { headers: { 'www-authenticate': 'Bearer' } },
  )
}

function requireLoopback(caller: Caller, hosts: readonly string[]): void {
  const elsewhere =
    'Set adminToken (SMACKTALK_ADMIN_TOKEN) and send it as Authorization: Bearer to allow more.'
  if (!isLoopbackAddress(caller.address) || caller.forwarded) {
    throw new HttpProblem(403, `Changes are taken from this machine only. ${elsewhere}`)
  }
  const host = hostName(caller.host ?? '')
  if (host === null || !(isLoopbackName(host) || hosts.some((known) => known.toLowerCase() === host))) {
    throw new HttpProblem(403, `Changes are taken under localhost only. ${elsewhere}`)
  }
  if (!isSameOrigin(caller.origin, caller.host)) {
    throw new HttpProblem(403, `Changes are not taken from pages of other sites. ${elsewhere}`)
  }
}

/** No Origin (no browser, or a plain read) or the one that is asked. */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true
  const url = URL.parse(origin)
  if (url === null || host === undefined) return false
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host.toLowerCase()
}

export function isLoopbackAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '')
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host)
}

/** The name in a Host header, without port and brackets. */
function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@\s]+))(?::\d{1,5})?$/i.exec(host)
  return match === null ? null : (match[1] ?? match[2] ?? '').toLowerCase()
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '')
}

/** Compared by digest, so that neither time nor length tells how near a guess was. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
