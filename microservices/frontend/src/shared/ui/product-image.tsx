import { useState } from 'react';
import { classNames } from '../lib/class-names.ts';

interface ProductImageProps {
  /** Null: there is no picture. */
  src: string | null;
  /** Width and height in CSS pixels; reserves the space before the image loads. */
  size: number;
  alt?: string;
  eager?: boolean;
  className?: string;
}

/** Decorative unless `alt` is given, because the product's name is usually beside it. */
export function ProductImage({ src, size, alt = '', eager, className }: ProductImageProps) {
  const [failed, setFailed] = useState(false);
  if (failed || src === null) {
    return (
      <div className={classNames('grid aspect-square place-items-center bg-shell', className)}>
        <span
          className={classNames('text-center text-muted', size < 80 ? 'text-xs' : 'px-2 text-sm')}
        >
          No picture
        </span>
      </div>
    );
  }
  return (
    <img
      src={src}
      alt={alt}
      width={size}
      height={size}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
      onError={() => setFailed(true)}
      className={classNames('aspect-square bg-shell object-cover', className)}
    />
  );
}
