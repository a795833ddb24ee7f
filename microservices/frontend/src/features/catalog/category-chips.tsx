import { Link } from 'react-router';
import { classNames } from '../../shared/lib/class-names.ts';
import { useCategories } from './api/list-categories.ts';
import { type CatalogSearch, PAGE_SIZE, writeCatalogSearch } from './catalog-search.ts';

const CHIP =
  'inline-flex min-h-10 items-center rounded-full border px-4 text-[0.95rem] font-medium whitespace-nowrap transition-colors';

/** Links, not buttons: a category can be opened in a new tab, shared, and left with "Back". */
export function CategoryChips({ search }: { search: CatalogSearch }) {
  const categories = useCategories();
  const names = ['', ...(categories.data?.items.map((item) => item.category) ?? [])];
  return (
    <nav
      aria-label="Categories"
      className="no-scrollbar -mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0"
    >
      <ul className="flex min-h-12 w-max gap-2 py-1 sm:w-auto sm:flex-wrap">
        {names.map((category) => (
          <li key={category}>
            <Link
              to={{
                search: writeCatalogSearch({ ...search, category, shown: PAGE_SIZE }).toString(),
              }}
              preventScrollReset
              aria-current={search.category === category ? 'true' : undefined}
              className={classNames(
                CHIP,
                search.category === category
                  ? 'border-ink bg-ink text-paper'
                  : 'border-line bg-paper text-ink hover:border-ink',
              )}
            >
              {category || 'All'}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
