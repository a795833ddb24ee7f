import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Product } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { productAddress } from '../../shared/lib/product-address.ts';
import { ProductImage } from '../../shared/ui/product-image.tsx';
import { StockBadge } from './stock-badge.tsx';

interface ProductCardProps {
  product: Product;
  /** Above the fold: loads the image immediately. */
  eager: boolean;
  /** A control such as "Add to cart". */
  action: ReactNode;
}

export function ProductCard({ product, eager, action }: ProductCardProps) {
  return (
    <article aria-label={product.product_name} className="group relative flex h-full flex-col">
      <div className="relative overflow-hidden rounded-2xl">
        <ProductImage
          src={product.image_url}
          size={480}
          eager={eager}
          className="h-auto w-full transition-transform duration-500 group-hover:scale-[1.035]"
        />
        <div className="absolute top-3 left-3">
          <StockBadge product={product} />
        </div>
      </div>
      <div className="mt-3 flex flex-1 flex-col sm:mt-4">
        <h3 className="font-serif text-lg leading-snug text-pretty sm:text-xl">
          <Link
            to={productAddress(product.product_id)}
            className="decoration-1 underline-offset-4 after:absolute after:inset-0 group-hover:underline"
          >
            <bdi>{product.product_name}</bdi>
          </Link>
        </h3>
        <p className="mt-1 text-muted text-sm">{product.category}</p>
        <div className="mt-auto flex flex-wrap items-center justify-between gap-x-3 gap-y-2 pt-3">
          <p className="font-semibold text-lg">{formatMoney(product.price, product.currency)}</p>
          <div className="relative z-10">{action}</div>
        </div>
      </div>
    </article>
  );
}
