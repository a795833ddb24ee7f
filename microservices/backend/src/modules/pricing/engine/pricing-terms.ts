/**
 * What an order costs, computed from rules and nothing else: no database, no clock, no environment.
 *
 * Terminology
 *   minor         an amount in the units of the caller: hundredths in this shop (money.ts), thousandths elsewhere.
 *   smallest unit how many minor units the smallest amount of the currency has: 1 for USD, 100 for JPY in hundredths.
 *                 Every computed amount is a multiple of it.
 *   millionths    a rate: 88,750 is 8.875 %, so a percentage has four decimals.
 *   destination   where the order goes. A country that is not known yet matches only rules that hold everywhere.
 *   standing      what a promotion needs to know about the customer.
 */

/** How halves of the smallest unit are rounded. */
export type Rounding = 'half-up' | 'half-even';

export interface PricedLine {
  readonly productId: string;
  readonly category: string;
  readonly weightGrams: number;
  /** Of one unit. */
  readonly priceMinor: number;
  readonly quantity: number;
}

export interface Destination {
  /** ISO 3166-1 alpha-2; '' if it is not known. */
  readonly country: string;
  /** In capitals; '' if there is none. */
  readonly region: string;
}

/** A destination in which the rule holds; '' is any. */
export interface Place {
  readonly country: string;
  readonly region: string;
}

/** One rate of a tax. Of the rules with the same name the most specific one holds; different names add up. */
export interface TaxRule extends Place {
  /** Such as VAT or GST. */
  readonly name: string;
  /** '' is any. */
  readonly category: string;
  readonly rateMillionths: number;
}

/** Whether the prices of a country contain its taxes; the country '' stands for all others. */
interface Market {
  readonly country: string;
  readonly pricesIncludeTax: boolean;
}

interface DeliveryTier {
  /** Grams or minor units, from which the price holds. */
  readonly from: number;
  readonly priceMinor: number;
}

export interface DeliveryOption {
  readonly id: string;
  readonly name: string;
  /** Empty: everywhere. */
  readonly places: readonly Place[];
  readonly tiersBy: 'weight' | 'subtotal';
  /** By `from`, ascending. Below the first one the option is not offered. */
  readonly tiers: readonly DeliveryTier[];
  /** Grams or minor units, above which the option is not offered. */
  readonly max: number | null;
  /** From this price of the goods, after discounts, it costs nothing. */
  readonly freeFromMinor: number | null;
  /** The category by which its price is taxed; null: it is not taxed. */
  readonly taxCategory: string | null;
  /** The promise: working days until it arrives. */
  readonly days: { readonly min: number; readonly max: number } | null;
}

/** Which lines a promotion is about; both empty: all. */
export interface Scope {
  readonly products: readonly string[];
  readonly categories: readonly string[];
}

type PromotionEffect =
  | { readonly kind: 'percentage'; readonly rateMillionths: number }
  | { readonly kind: 'amount'; readonly amountMinor: number }
  /** Of the given delivery options, or of all. */
  | { readonly kind: 'free-delivery'; readonly deliveryOptions: readonly string[] }
  /** Of every `buy` + `get` units, the `get` cheapest cost less by the rate. */
  | {
      readonly kind: 'buy-x-get-y';
      readonly buy: number;
      readonly get: number;
      readonly rateMillionths: number;
    };

export interface Promotion {
  readonly id: string;
  readonly name: string;
  /** In capitals; empty: it is automatic. */
  readonly codes: readonly string[];
  readonly effect: PromotionEffect;
  readonly scope: Scope;
  /** What the lines of its scope have to cost before discounts. */
  readonly minimumMinor: number;
  /** In milliseconds since 1970; `until` is the first moment when it has ended. */
  readonly from: number | null;
  readonly until: number | null;
  readonly firstOrderOnly: boolean;
  /** How many orders can use it. */
  readonly limit: number | null;
  readonly limitPerCustomer: number | null;
  /** It does not combine with others. */
  readonly isExclusive: boolean;
  /** Lower ones are applied first; equal ones by their ids. */
  readonly priority: number;
}

export interface PricingRules {
  /** Counts the changes of the shop's rules. */
  readonly version: number;
  readonly rounding: Rounding;
  /** Whether tax is rounded once for each line, or once for all lines with the same rates. */
  readonly taxRoundedPer: 'line' | 'order';
  readonly markets: readonly Market[];
  readonly taxes: readonly TaxRule[];
  readonly deliveryOptions: readonly DeliveryOption[];
  readonly promotions: readonly Promotion[];
}

export interface Standing {
  readonly hasOrdered: boolean;
  /** Orders of the customer that use a promotion. */
  readonly uses: ReadonlyMap<string, number>;
  /** Promotions of which no use is left. */
  readonly usedUp: ReadonlySet<string>;
}

export interface PricingInput {
  readonly rules: PricingRules;
  readonly smallestUnit: number;
  readonly lines: readonly PricedLine[];
  readonly destination: Destination;
  /** Of the cart, in capitals. */
  readonly codes: readonly string[];
  /** Undefined: the first one that is offered. */
  readonly deliveryOption: string | undefined;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly standing: Standing;
}

/** Why a code takes nothing off. */
export type CodeRefusal =
  | 'unknown-code'
  | 'not-yet-valid'
  | 'expired'
  | 'nothing-in-scope'
  | 'minimum-not-reached'
  | 'first-order-only'
  | 'used-by-customer'
  | 'used-up'
  /** Other promotions take off more, and it does not combine with them. */
  | 'not-combined'
  /** What it would reduce costs nothing already. */
  | 'no-effect';

/** What a promotion takes off a line, or off the delivery if `line` is null. */
export interface Discount {
  readonly promotionId: string;
  readonly name: string;
  readonly code: string | null;
  /** Position in the lines, counted from 0. */
  readonly line: number | null;
  readonly amountMinor: number;
}

export interface TaxAmount {
  readonly name: string;
  readonly rateMillionths: number;
  readonly amountMinor: number;
}

/** total = subtotal - discount + added tax. */
export interface LinePrice {
  readonly subtotal: number;
  readonly discount: number;
  /** Added or contained: see `taxIncluded`. */
  readonly tax: number;
  readonly total: number;
}

export interface OfferedDelivery {
  readonly option: DeliveryOption;
  readonly priceMinor: number;
  readonly discountMinor: number;
}

export interface CodeOutcome {
  readonly code: string;
  readonly promotionId: string | null;
  /** Null: it is applied. */
  readonly refusal: CodeRefusal | null;
  /** For `minimum-not-reached`: what is missing. */
  readonly missingMinor: number | null;
}

/** All sums are exact: total = subtotal - discount + shipping + tax, and each is the sum of its parts. */
export interface PricedCart {
  readonly lines: readonly LinePrice[];
  readonly discounts: readonly Discount[];
  /** Whether the prices contain the taxes. Then they are told, and not added. */
  readonly taxIncluded: boolean;
  readonly taxes: readonly TaxAmount[];
  /** What can be chosen. */
  readonly offers: readonly OfferedDelivery[];
  /** What is chosen; null if it is not offered. */
  readonly delivery: (OfferedDelivery & { readonly tax: number }) | null;
  readonly codes: readonly CodeOutcome[];
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  /** Added; 0 if prices contain it. */
  readonly tax: number;
  readonly total: number;
}
