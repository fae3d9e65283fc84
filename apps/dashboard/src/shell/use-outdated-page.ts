import { useEffect, useState } from 'react'

/**
 * True when the server no longer serves the scripts of this page: it is a newer or an older one. Looked at whenever
 * the connection has come back, because that is when a server was replaced. The names of scripts tell their content.
 */
export function useOutdatedPage(epoch: number): boolean {
  const [outdated, setOutdated] = useState(false)
  useEffect(() => {
    if (epoch === 0) return
    const aborter = new AbortController()
    const look = async (): Promise<void> => {
      const response = await fetch('/', { cache: 'no-store', signal: aborter.signal })
      if (!response.ok) return
      const html = await response.text()
      setOutdated(ownScripts().some((script) => !html.includes(script)))
    }
    // Away again: it is looked at anew when the connection has come back once more, and nothing is known until then.
    look().catch(() => setOutdated(false))
    return () => aborter.abort()
  }, [epoch])
  return outdated
}

/** Addresses of the scripts the page began with. */
function ownScripts(): string[] {
  return [...document.querySelectorAll<HTMLScriptElement>('script[type="module"][src]')].map(
    ({ src }) => new URL(src).pathname,
  )
}
