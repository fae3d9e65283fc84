import { useState } from 'react'
import { useTheme } from '../shell/theme.ts'
import { useCalm } from '../shell/use-media.ts'
import { emoteLetters } from './emote-letters.ts'
import { pictureAddresses } from './picture-addresses.ts'
import { usePictures } from './pictures-choice.ts'

interface EmotePictureProps {
  /** Provider and id, as in top lists. */
  emote: string
  code: string
  /** False where an overlay's address says so; this browser's choice holds besides. */
  shown?: boolean
}

/** An emote's picture in a box that is there before it; two of its letters where there is none. */
export function EmotePicture({ emote, code, shown = true }: EmotePictureProps) {
  const isShown = usePictures() && shown
  const theme = useTheme()
  const calm = useCalm()
  const addresses = isShown ? pictureAddresses(emote, calm, theme) : []
  return <Picture key={addresses[0] ?? ''} addresses={addresses} code={code} />
}

function Picture({ addresses, code }: { addresses: readonly string[]; code: string }) {
  const [failed, setFailed] = useState(0)
  const [loaded, setLoaded] = useState(false)
  const src = addresses[failed]
  if (src === undefined) {
    return (
      <span className="emote emote-letters" role="img" aria-label={code}>
        {emoteLetters(code)}
      </span>
    )
  }
  return (
    <span className={loaded ? 'emote' : 'emote emote-awaited'}>
      <img
        src={src}
        alt={code}
        width={24}
        height={24}
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
        onLoad={() => setLoaded(true)}
        onError={() => setFailed(failed + 1)}
      />
    </span>
  )
}
