import { Button } from '../../shared/ui/button.tsx';
import { LostLabelPicture } from '../../shared/ui/pictures.tsx';
import type { CatalogSearch } from './catalog-search.ts';

interface NothingFoundProps {
  search: CatalogSearch;
  onClear: () => void;
}

export function NothingFound({ search, onClear }: NothingFoundProps) {
  const narrowed = search.q !== '' || search.category !== '';
  return (
    <div className="flex flex-col items-center py-12 text-center" role="status">
      <LostLabelPicture />
      <h3 className="mt-6 font-serif text-3xl">
        {narrowed ? 'Nothing matches that' : 'The shelves are empty'}
      </h3>
      <p className="mt-3 max-w-md text-muted">
        {narrowed
          ? 'Try a shorter word, another category, or look through everything.'
          : 'There are no products yet. Please come back soon.'}
      </p>
      {narrowed ? (
        <Button look="secondary" onClick={onClear} className="mt-6">
          Show everything
        </Button>
      ) : null}
    </div>
  );
}
