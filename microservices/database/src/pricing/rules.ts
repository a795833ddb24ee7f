// What a pricing file says, as it is written to the database. Amounts and rates are decimals.

export interface Place {
  readonly country: string;
  readonly region: string;
}

export interface TaxRule extends Place {
  readonly name: string;
  readonly category: string;
  readonly rate: string;
}

export interface DeliveryOption {
  readonly option_id: string;
  readonly name: string;
  readonly tiers_by: 'weight' | 'subtotal';
  readonly max: string | null;
  readonly free_from: string | null;
  readonly tax_category: string | null;
  readonly min_days: number | null;
  readonly max_days: number | null;
  readonly places: readonly Place[];
  readonly tiers: readonly { readonly starts_at: string; readonly price: string }[];
}

export interface Promotion {
  readonly promotion_id: string;
  readonly name: string;
  readonly kind: string;
  readonly percent: string | null;
  readonly amount: string | null;
  readonly buy: number | null;
  readonly get: number | null;
  readonly delivery_options: readonly string[];
  readonly products: readonly string[];
  readonly categories: readonly string[];
  readonly minimum: string;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
  readonly first_order_only: boolean;
  readonly total_limit: number | null;
  readonly customer_limit: number | null;
  readonly is_exclusive: boolean;
  readonly priority: number;
  readonly codes: readonly string[];
}

export interface Rules {
  readonly rounding: string;
  readonly tax_rounded_per: string;
  /** Countries whose prices contain the taxes; '' stands for all others. */
  readonly prices_include_tax: readonly string[];
  readonly taxes: readonly TaxRule[];
  readonly delivery_options: readonly DeliveryOption[];
  readonly promotions: readonly Promotion[];
}
