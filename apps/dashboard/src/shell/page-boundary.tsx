import { Component, type ReactNode } from 'react'
import { Icon } from './icons.tsx'

interface PageBoundaryProps {
  /** Where it stands; another place is another try. */
  place: string
  children: ReactNode
}

interface PageBoundaryState {
  readonly failed: boolean
}

/**
 * What is left when a page cannot be shown: the bar, the way to other pages and what to do. Mostly its script could
 * not be loaded, because the server is away or has been replaced by a newer one. The console has the error itself.
 */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { failed: false }

  static getDerivedStateFromError(): PageBoundaryState {
    return { failed: true }
  }

  override componentDidUpdate({ place }: PageBoundaryProps): void {
    if (this.state.failed && place !== this.props.place) this.setState({ failed: false })
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <section className="panel page-notice">
        <div className="notice" role="alert">
          <h1>This page could not be shown</h1>
          <p>The server is away, or a newer version of it needs a newer page.</p>
          <p className="notice-actions">
            <button type="button" className="button primary" onClick={() => window.location.reload()}>
              <Icon name="refresh" />
              Reload
            </button>
          </p>
        </div>
      </section>
    )
  }
}
