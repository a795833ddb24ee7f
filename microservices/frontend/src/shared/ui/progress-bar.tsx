/** Something is under way, and nobody knows how long it takes. */
export function ProgressBar({ label }: { label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      className="progress-bar mt-6 h-1.5 w-full max-w-xs overflow-hidden rounded-full"
    />
  );
}
