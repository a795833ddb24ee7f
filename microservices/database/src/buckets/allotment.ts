/** What follows `from`: each bucket, with the number of all. */
export const BUCKETS =
  '(select bucket, count(*) over ()::integer as buckets from public.buckets) as b';

/** What a bucket of `BUCKETS` gets of `stock`: the same as all, and one more for the first ones if it cannot be divided. */
export const SHARE = '(stock / b.buckets + (b.bucket < stock % b.buckets)::integer)';
