interface UsualSwitchProps {
  shown: boolean
  onChange: (shown: boolean) => void
}

/** Legend of the usual and its switch in one: the line beside the words is there while it is in the chart. */
export function UsualSwitch({ shown, onChange }: UsualSwitchProps) {
  return (
    <button
      type="button"
      className="button quiet small usual-switch"
      aria-pressed={shown}
      onClick={() => onChange(!shown)}
    >
      <span className="dash-line dotted" />
      <span>
        Usual<span className="not-phone"> at this hour</span>
      </span>
    </button>
  )
}
