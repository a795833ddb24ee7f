import { useId } from 'react';
import type { ProductSort } from '../../shared/api/types.ts';
import { isSort, SORTS } from './catalog-search.ts';

interface SortSelectProps {
  isSearch: boolean;
  value: ProductSort;
  onChange: (sort: ProductSort) => void;
}

export function SortSelect({ isSearch, value, onChange }: SortSelectProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="shrink-0 text-muted">
        Sort by
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          if (isSort(event.target.value)) onChange(event.target.value);
        }}
        className="input select w-auto min-w-0 rounded-full"
      >
        {Object.entries(SORTS)
          .filter(([sort]) => isSearch || sort !== 'relevance')
          .map(([sort, label]) => (
            <option key={sort} value={sort}>
              {label}
            </option>
          ))}
      </select>
    </div>
  );
}
