import { useEffect } from 'react'
import { userAddress } from '../address/history.ts'
import { Link } from '../address/link.tsx'
import { tameName } from '../format/names.ts'
import type { ApiError } from '../rest/api-error.ts'
import { Icon } from '../shell/icons.tsx'

/** What the gateway says of those who asked to be left out, and of those who resemble somebody. */
const LEFT_OUT = /^(Not counted by name\.) (.+)$/
const SUGGESTED = /^(.*?) Did you mean "([a-z0-9_]+)"\?$/i

/** Nobody of this name, or nobody who wants to be shown. */
export function UserNotFound({ name, error }: { name: string; error: ApiError }) {
  useEffect(() => {
    document.title = 'Not found · Smacktalk'
  }, [])
  const leftOut = LEFT_OUT.exec(error.detail)
  const suggested = SUGGESTED.exec(error.detail)
  const near = suggested?.[2]
  return (
    <section className="panel page-notice">
      <div className="notice">
        {leftOut === null ? (
          <>
            <h1>
              Nobody called “<bdi>{tameName(name)}</bdi>”
            </h1>
            <p>
              {suggested?.[1] ?? error.detail}{' '}
              {near !== undefined && (
                <>
                  Did you mean <Link to={userAddress(near)}>{near}</Link>?
                </>
              )}
            </p>
            <p>Old names work too, and ids as in id:123.</p>
          </>
        ) : (
          <>
            <span className="soft">
              <Icon name="shield" size={28} />
            </span>
            <h1>{leftOut[1]?.replace(/\.$/, '')}</h1>
            <p>{leftOut[2]}</p>
          </>
        )}
        <p className="notice-actions">
          <Link to="/" className="button">
            All channels
          </Link>
        </p>
      </div>
    </section>
  )
}
