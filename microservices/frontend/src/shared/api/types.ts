import type { components, operations } from './schema.generated.ts';

type Json<Response> = Response extends { content: { 'application/json': infer Body } }
  ? Body
  : never;

export type Session = Json<operations['createSession']['responses'][201]>;
export type Product = Json<operations['getProduct']['responses'][200]>;
export type Cart = Json<operations['getCart']['responses'][200]>;
export type CartLine = Cart['items'][number];
export type Quote = Json<operations['getQuote']['responses'][200]>;
export type QuotedLine = Quote['lines'][number];
export type QuotedCode = Quote['codes'][number];
export type QuotedDelivery = Quote['delivery_options'][number];
/** Where the order goes, and how: what taxes and delivery depend on. */
export type QuoteTerms = NonNullable<operations['getQuote']['parameters']['query']>;
export type Order = Json<operations['checkout']['responses'][201]>;
export type OrderDetails = Json<operations['getOrder']['responses'][200]>;
export type OrderStatus = Order['status'];
export type Fulfilment = OrderDetails['fulfilments'][number];
export type Refund = OrderDetails['refunds'][number];
export type Address = Order['shipping_address'];

export type ProductSort = NonNullable<
  NonNullable<operations['listProducts']['parameters']['query']>['sort']
>;
export type CheckoutRequest = NonNullable<
  operations['checkout']['requestBody']
>['content']['application/json'];

type Schemas = components['schemas'];
export type PriceChangedProblem = Schemas['PriceChangedProblem'];
export type ProductWithdrawnProblem = Schemas['ProductWithdrawnProblem'];
export type OutOfStockProblem = Schemas['OutOfStockProblem'];
export type TotalChangedProblem = Schemas['TotalChangedProblem'];
export type QuoteChangedProblem = Schemas['QuoteChangedProblem'];
