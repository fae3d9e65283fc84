import { useEffect } from 'react'
import { Link } from '../address/link.tsx'

export function PageNotFound() {
  useEffect(() => {
    document.title = 'Not found · Smacktalk'
  }, [])
  return (
    <section className="panel page-notice">
      <div className="notice">
        <h1>No such page</h1>
        <p>The address names nothing that exists here.</p>
        <p className="notice-actions">
          <Link to="/" className="button">
            All channels
          </Link>
        </p>
      </div>
    </section>
  )
}
