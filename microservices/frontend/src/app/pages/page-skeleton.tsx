import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';

/** Shown while the first page's code loads. */
export function PageSkeleton() {
  return (
    <div className="mx-auto max-w-7xl px-4 pt-8">
      <LoadingLabel>Loading</LoadingLabel>
      <Skeleton className="h-12 w-60" />
      <Skeleton className="mt-8 h-96 w-full rounded-3xl" />
    </div>
  );
}
