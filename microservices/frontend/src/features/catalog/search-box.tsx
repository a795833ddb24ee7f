import { useEffect, useRef, useState } from 'react';

const DEBOUNCE_MS = 300;

interface SearchBoxProps {
  value: string;
  onSearch: (q: string) => void;
}

export function SearchBox({ value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  // The URL can change from elsewhere (back, forward, a link): then it replaces the text in the box.
  useEffect(() => {
    if (value === searched.current) return;
    clearTimeout(timer.current);
    searched.current = value;
    setText(value);
  }, [value]);

  function search(q: string) {
    clearTimeout(timer.current);
    searched.current = q;
    onSearch(q);
  }

  function searchAfterPause(typed: string) {
    clearTimeout(timer.current);
    setText(typed);
    const q = typed.trim();
    if (q !== searched.current) timer.current = setTimeout(() => search(q), DEBOUNCE_MS);
  }

  return (
    <search className="w-full sm:max-w-sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search(text.trim());
        }}
      >
        <div className="relative">
          <SearchIcon />
          <input
            type="search"
            aria-label="Search products"
            placeholder="Search the shop"
            enterKeyHint="search"
            maxLength={200}
            value={text}
            onChange={(event) => searchAfterPause(event.target.value)}
            className="input rounded-full pl-11"
          />
        </div>
      </form>
    </search>
  );
}

function SearchIcon() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      className="-translate-y-1/2 absolute top-1/2 left-4 text-muted"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
    >
      <circle cx="9" cy="9" r="5.5" />
      <path d="m13.2 13.2 3.8 3.8" />
    </svg>
  );
}
