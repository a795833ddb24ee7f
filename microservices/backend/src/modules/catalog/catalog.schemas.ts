import { type Static, Type } from 'typebox';
import {
  Amount,
  Currency,
  NextCursor,
  named,
  PageQuery,
  ProductId,
  reference,
  strictObject,
} from '../../http/schemas.ts';

export const Product = named(
  'Product',
  strictObject({
    product_id: ProductId,
    product_name: Type.String(),
    description: Type.String(),
    category: Type.String(),
    price: Amount('Of one unit'),
    currency: Currency,
    image_url: Type.String(),
    available: Type.Integer({ description: 'Units that can be sold now', minimum: 0 }),
  }),
);
export type Product = Static<typeof Product>;

export const ProductSort = Type.Enum(['name', 'price', '-price'], {
  description: 'Order of the products; `-price` is dearest first',
  default: 'name',
});
export type ProductSort = Static<typeof ProductSort>;

export const ProductQuery = strictObject({
  q: Type.Optional(
    Type.String({
      description: 'Words that all occur; the last letters may be missing',
      maxLength: 200,
    }),
  ),
  category: Type.Optional(Type.String({ description: 'Exact name', maxLength: 100 })),
  sort: ProductSort,
  ...PageQuery,
});
export type ProductQuery = Static<typeof ProductQuery>;

export const ProductPage = strictObject({
  items: Type.Array(reference(Product)),
  next_cursor: NextCursor,
});

export const ProductParams = strictObject({ product_id: ProductId });

export const CategoryList = strictObject({
  items: Type.Array(strictObject({ category: Type.String(), product_count: Type.Integer() })),
});
