/** A shopping bag with the C of the name on it. */
export function Logo() {
  return (
    <svg aria-hidden="true" width="34" height="34" viewBox="0 0 34 34" fill="none">
      <rect x="2" y="10" width="30" height="22" rx="6" className="fill-ink" />
      <path
        d="M23.5 13.5V9.5a6.5 6.5 0 0 0-13 0v4"
        className="stroke-rust"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M20.8 18.6a5 5 0 1 0 0 6"
        className="stroke-paper"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
