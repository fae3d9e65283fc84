import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PortInUseError } from '@smacktalk/runtime'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openTestGateway } from './gateway-fixture.ts'

function dashboard(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smacktalk-dashboard-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {}')
  writeFileSync(join(folder, '.smacktalk-built'), 'stamp')
  return folder
}

describe('the dashboard', () => {
  test.each(['/', '/index.html', '/channel/alpha', '/users/x.y'])(
    'is the page at %s, never kept and guarded',
    async (path) => {
      const gateway = await openTestGateway(async () => {}, { staticDirectory: dashboard() })
      const { status, headers, body } = await gateway.get(path)
      expect([status, body]).toEqual([200, '<!doctype html><title>page</title>'])
      expect(headers.get('cache-control')).toBe('no-cache')
      expect(headers.get('content-security-policy')).toContain("script-src 'self'")
      expect(headers.get('content-security-policy')).toMatch(
        /img-src 'self' data: https:\/\/static-cdn\.jtvnw\.net https:\/\/cdn\.betterttv\.net https:\/\/cdn\.frankerfacez\.com https:\/\/cdn\.7tv\.app;/,
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  test('has a page of its own for overlays', async () => {
    const folder = dashboard()
    writeFileSync(join(folder, 'overlay.html'), '<!doctype html><title>overlay</title>')
    const gateway = await openTestGateway(async () => {}, { staticDirectory: folder })
    const { body, headers } = await gateway.get('/overlay/rate?channel=alpha')
    expect(body).toContain('<title>overlay</title>')
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    expect((await gateway.get('/overlays')).body).toContain('<title>page</title>')
  })

  test('has files that are named by content and kept for a year, and others that are not', async () => {
    const gateway = await openTestGateway(async () => {}, { staticDirectory: dashboard() })
    const script = await gateway.get('/assets/index-abc123.js')
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(script.headers.get('content-type')).toContain('javascript')
    expect((await gateway.get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache')
    expect((await gateway.get('/assets/index-old.js')).status).toBe(404)
  })

  test('shows nothing beside its files', async () => {
    const gateway = await openTestGateway(async () => {}, { staticDirectory: dashboard() })
    for (const path of ['/.smacktalk-built', '/assets/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
      const { body } = await gateway.get(path)
      expect(body).not.toContain('stamp')
      expect(body).not.toContain('root:')
    }
  })

  test('may be missing: the rest works', async () => {
    const gateway = await openTestGateway(async () => {}, { staticDirectory: '/nonexistent' })
    expect((await gateway.get('/')).status).toBe(404)
    expect((await gateway.get('/api/v1/channels')).status).toBe(200)
  })
})

describe('beside the API', () => {
  test('health, readiness and metrics are served', async () => {
    const gateway = await openTestGateway()
    expect((await gateway.get('/healthz')).status).toBe(200)
    await vi.waitFor(async () => expect((await gateway.get('/readyz')).status).toBe(200))
    await gateway.get('/api/v1/channels/a/series')
    await gateway.get('/api/v1/channels/b/series')
    const { status, body } = await gateway.get('/metrics')
    expect(status).toBe(200)
    expect(body).toContain('smacktalk_gateway_requests_total{route="/channels/:name/series",status="4xx"} 2')
    expect((await gateway.send('POST', '/healthz')).status).toBe(405)
  })

  test('a port in use is said as such', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => {
      other.close()
    })
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const settings = { host: '127.0.0.1', port, adminToken: null, bots: [], backend: 'embedded' as const }
    await expect(openTestGateway(async () => {}, { settings })).rejects.toThrow(PortInUseError)
  })
})
