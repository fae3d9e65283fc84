import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('metrics carry the prefix, the help and the process’s own figures', async () => {
  const metrics = createMetrics()
  metrics.counter('lines_total', 'lines heard', ['outcome']).add(3, { outcome: 'message' })
  metrics.gauge('lag_records', 'records not yet folded').set(7, {})
  metrics.gaugeOf('clients', 'open sockets', () => 4)
  metrics.histogram('hop_seconds', 'time per hop', [0.1, 1], ['hop']).observe(0.5, { hop: 'fold' })
  const text = await metrics.text()
  expect(text).toContain('smacktalk_lines_total{outcome="message"} 3')
  expect(text).toContain('# HELP smacktalk_lag_records records not yet folded')
  expect(text).toContain('smacktalk_clients 4')
  expect(text).toContain('smacktalk_hop_seconds_bucket{le="1",hop="fold"} 1')
  expect(text).toContain('process_resident_memory_bytes')
})

test('the same name gives the same metric, and the newest reader is asked', async () => {
  const metrics = createMetrics()
  for (let time = 0; time < 2; time++) metrics.counter('lines_total', 'lines heard').add(1, {})
  metrics.gaugeOf('clients', 'open sockets', () => 1)
  metrics.gaugeOf('clients', 'open sockets', () => 2)
  const text = await metrics.text()
  expect(text).toContain('smacktalk_lines_total 2')
  expect(text).toContain('smacktalk_clients 2')
})

test('the number of series is bounded, and nothing is lost', async () => {
  const metrics = createMetrics()
  const counter = metrics.counter('lines_total', 'lines heard', ['channel'])
  for (let channel = 0; channel < 1_000; channel++) counter.add(1, { channel: `c${channel}` })
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('smacktalk_lines_total{'))
  expect(lines).toHaveLength(201)
  expect(lines).toContain('smacktalk_lines_total{channel="other"} 800')
})
