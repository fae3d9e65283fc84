import { useState } from 'react'
import { navigate, useAddress } from '../address/history.ts'
import { api } from '../rest/client.ts'
import { useQuery } from '../rest/use-query.ts'
import { Icon } from '../shell/icons.tsx'
import { toastStore } from '../shell/toast-store.ts'
import { Overlay } from './overlay.tsx'
import { OverlayForm } from './overlay-form.tsx'
import {
  OVERLAY_KINDS,
  type OverlayKind,
  type OverlayOptions,
  overlayAddress,
  overlayKindOf,
  readOverlay,
} from './overlay-options.ts'
import { OVERLAY_NAMES } from './overlay-words.ts'

/** The address of the page that sets up an overlay: the overlay's own, one level down. */
function setUpAddress(kind: OverlayKind, options: OverlayOptions): string {
  return overlayAddress(kind, options).replace('/overlay/', '/overlays/')
}

/** Sets up a browser source: a live preview over a picture, the options, and the address to copy. */
export function OverlaysPage() {
  const { path, search } = useAddress()
  const kind = overlayKindOf(path.replace('/overlays', '/overlay')) ?? 'rate'
  const channels = useQuery('channels', api.channels, { refreshMs: 30_000 })
  const typed = readOverlay(search)
  const first = channels.data?.channels.find(({ state }) => state === 'joined')?.name ?? ''
  const options = typed.channel === '' ? { ...typed, channel: first } : typed
  const address = window.location.origin + overlayAddress(kind, options)
  const change = (part: Partial<OverlayOptions>) => navigate(setUpAddress(kind, { ...options, ...part }))
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Overlays</h1>
          <p className="page-sub">
            Add the address as a browser source in OBS. The background is transparent.
          </p>
        </div>
      </div>
      <div className="overlays-layout">
        <section className="overlay-scene" aria-label={`Preview: ${OVERLAY_NAMES[kind]}`}>
          <div className="overlay-stage">
            {options.channel !== '' && (
              <Overlay key={overlayAddress(kind, options)} kind={kind} options={options} preview />
            )}
          </div>
        </section>
        <section className="panel overlay-settings">
          <header className="panel-head">
            <h2>{OVERLAY_NAMES[kind]}</h2>
          </header>
          <fieldset className="pills overlay-kinds" aria-label="Overlay">
            {OVERLAY_KINDS.map((each) => (
              <button
                key={each}
                type="button"
                className="pill"
                aria-pressed={each === kind}
                onClick={() => navigate(setUpAddress(each, options))}
              >
                {OVERLAY_NAMES[each]}
              </button>
            ))}
          </fieldset>
          <OverlayForm
            key={kind}
            kind={kind}
            options={options}
            channels={channels.data?.channels ?? []}
            onChange={change}
          />
          <div className="overlay-address">
            <span className="field-label" id="overlay-address">
              Address
            </span>
            <output aria-labelledby="overlay-address">{address}</output>
            <CopyAddress address={address} />
            <p className="panel-note">
              People who opted out never appear. On a lost connection the overlay fades after 10 s and returns
              by itself.
            </p>
          </div>
        </section>
      </div>
    </>
  )
}

/** How long the button says that it was done, ms. */
const COPIED_MS = 2_000

function CopyAddress({ address }: { address: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address)
      setCopied(true)
      setTimeout(() => setCopied(false), COPIED_MS)
    } catch {
      // Without a secure address or permission there is no clipboard: the address stands above, to be copied by hand.
      toastStore.show({ kind: 'warning', title: 'Copy this address', text: address })
    }
  }
  return (
    <button type="button" className="button primary" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'link'} />
      <span aria-live="polite">{copied ? 'Copied' : 'Copy address'}</span>
    </button>
  )
}
