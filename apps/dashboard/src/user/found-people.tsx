import { Link } from '../address/link.tsx'
import type { Result } from '../find/find-results.ts'
import type { ApiError } from '../rest/api-error.ts'
import { Icon } from '../shell/icons.tsx'

interface FoundPeopleProps {
  /** What stands in the field. */
  asked: string
  /** What the answer is for; behind `asked` while one is on its way. */
  text: string
  people: readonly Result[]
  answered: boolean
  error: ApiError | null
}

/** Who was found, or how to look for somebody. */
export function FoundPeople({ asked, text, people, answered, error }: FoundPeopleProps) {
  return (
    <>
      {asked !== '' && people.length > 0 && (
        <ul className="people-found" aria-label="Found">
          {people.map(({ key, label, note, to }) => (
            <li key={key}>
              <Link to={to} className="find-line">
                <Icon name="person" size={14} />
                <span className="ellipsis">
                  <bdi>{label}</bdi>
                </span>
                <span className="find-line-note">{note}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className="people-hint" role="status">
        {asked === '' &&
          'A whole name is always found, one from before too, and so is an id. Of those who write today the beginning is enough.'}
        {asked !== '' && error !== null && `Could not search. ${error.detail}`}
        {asked !== '' && error === null && answered && people.length === 0 && `Nobody called “${text}”.`}
        {asked !== '' && people.length > 0 && (
          <span className="spoken">{people.length === 1 ? '1 person' : `${people.length} people`}</span>
        )}
      </p>
    </>
  )
}
