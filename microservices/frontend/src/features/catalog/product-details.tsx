import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { isNothingThere } from '../../shared/api/api-error.ts';
import type { Product } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { ProductImage } from '../../shared/ui/product-image.tsx';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useProduct } from './api/get-product.ts';
import { StockBadge } from './stock-badge.tsx';

interface ProductDetailsProps {
  productId: string;
  notFound: ReactNode;
  renderAction: (product: Product) => ReactNode;
}

export function ProductDetails({ productId, notFound, renderAction }: ProductDetailsProps) {
  const product = useProduct(productId);
  // Also while the page is open: the product may have been withdrawn.
  if (isNothingThere(product.error)) return notFound;
  if (product.data) {
    const { data } = product;
    return <Details key={productId} product={data} action={renderAction(data)} />;
  }
  if (product.isError) {
    return (
      <Unreachable
        error={product.error}
        context="catalog"
        retrying={product.isFetching}
        onRetry={() => void product.refetch()}
      />
    );
  }
  return <DetailsSkeleton />;
}

const COLUMNS = 'grid gap-8 md:grid-cols-2 md:gap-12 lg:gap-20';

function Details({ product, action }: { product: Product; action: ReactNode }) {
  const [firstPrice] = useState(product.price);
  return (
    <article>
      <PageTitle>{product.product_name}</PageTitle>
      <nav aria-label="Breadcrumb" className="mb-6 text-muted text-sm">
        <ol className="flex flex-wrap gap-2">
          <li>
            <Link to="/" className="link">
              Shop
            </Link>
          </li>
          <li aria-hidden="true">/</li>
          <li>
            <Link to={`/?category=${encodeURIComponent(product.category)}`} className="link">
              {product.category}
            </Link>
          </li>
        </ol>
      </nav>
      <div className={COLUMNS}>
        <ProductImage
          src={product.image_url}
          alt={product.product_name}
          size={640}
          eager
          className="h-auto w-full rounded-3xl"
        />
        <div className="md:py-6">
          <h1 className="font-serif text-4xl leading-tight text-balance lg:text-5xl">
            <bdi>{product.product_name}</bdi>
          </h1>
          <div aria-live="polite" className="mt-5 flex flex-wrap items-center gap-4">
            <p className="font-semibold text-2xl">{formatMoney(product.price, product.currency)}</p>
            <StockBadge product={product} />
            {product.price === firstPrice ? null : (
              <p className="w-full text-rust">
                The price has changed from {formatMoney(firstPrice, product.currency)}.
              </p>
            )}
          </div>
          <p className="mt-6 max-w-prose text-lg leading-relaxed text-pretty text-muted">
            {product.description}
          </p>
          <div className="mt-8 max-sm:hidden">{action}</div>
          <Facts product={product} />
        </div>
      </div>
      <div className="thumb-bar mt-8 sm:hidden">{action}</div>
    </article>
  );
}

function Facts({ product }: { product: Product }) {
  return (
    <dl className="mt-10 grid max-w-prose gap-x-8 gap-y-4 border-line border-t pt-6 text-[0.95rem] lg:grid-cols-2">
      <div>
        <dt className="font-semibold">Availability</dt>
        <dd className="text-muted">{availability(product)}</dd>
      </div>
      <div>
        <dt className="font-semibold">Delivery and tax</dt>
        <dd className="text-muted">In the total, shown before you order</dd>
      </div>
    </dl>
  );
}

function availability({ withdrawn, available }: Product): string {
  if (withdrawn) return 'No longer sold';
  return available > 0 ? 'In stock, set aside when you order' : 'Sold out for now';
}

function DetailsSkeleton() {
  return (
    <div className={`mt-11 ${COLUMNS}`}>
      <LoadingLabel>Loading product</LoadingLabel>
      <Skeleton className="aspect-square w-full rounded-3xl" />
      <div className="md:py-6">
        <Skeleton className="h-12 w-4/5" />
        <Skeleton className="mt-6 h-8 w-28" />
        <Skeleton className="mt-8 h-28 w-full" />
        <Skeleton className="mt-8 h-12 w-48 rounded-full" />
      </div>
    </div>
  );
}
