import { type Static, Type } from 'typebox';
import {
  Currency,
  NextCursor,
  Nullable,
  named,
  PageQuery,
  Price,
  ProductId,
  reference,
  strictObject,
} from '../../http/schemas.ts';

/** Of a product's name, in code points. */
export const MAX_NAME_LENGTH = 255;

export const Product = named(
  'Product',
  strictObject({
    product_id: ProductId,
    product_name: Type.String(),
    description: Type.String(),
    category: Type.String(),
    price: Price('Of one unit'),
    currency: Currency,
    image_url: Type.String(),
    available: Type.Integer({ description: 'Units that can be sold now', minimum: 0 }),
    withdrawn: Type.Boolean({
      description: 'No longer sold: not listed, and refused by carts and checkout',
    }),
  }),
);
export type Product = Static<typeof Product>;

export const ProductSort = Type.Enum(['relevance', 'name', 'price', '-price'], {
  description:
    'Order of the products; `-price` is dearest first, `relevance` the best match of `q` first: the ' +
    'words in the name, beginnings of words in the name, then category and description. Default: `relevance` with `q`, ' +
    'else `name`',
});
export type ProductSort = Static<typeof ProductSort>;

export const ProductQuery = strictObject({
  q: Type.Optional(
    Type.String({
      description:
        'Words that all occur, but for an "and" between others, in any script, case and accents aside; the last ' +
        'letters may be missing. If nothing matches, typing errors are corrected (`corrected_query`)',
      maxLength: 200,
    }),
  ),
  category: Type.Optional(Type.String({ description: 'Exact name', maxLength: 100 })),
  sort: Type.Optional(ProductSort),
  ...PageQuery,
});
export type ProductQuery = Static<typeof ProductQuery>;

export const ProductPage = strictObject({
  items: Type.Array(reference(Product)),
  next_cursor: NextCursor,
  corrected_query: Nullable(
    Type.String({ description: 'Was searched instead of `q`, which matches nothing; else null' }),
  ),
});

export const ProductParams = strictObject({ product_id: ProductId });

export const CategoryList = strictObject({
  items: Type.Array(strictObject({ category: Type.String(), product_count: Type.Integer() })),
});
