import type { ShopConfig } from '../../../config/config.ts';
import type { PricingRules } from '../engine/pricing-terms.ts';

/** What the settings say, for what the database has no rules of: one tax, rounded once per order, and one delivery. */
export const settingsRules = (shop: ShopConfig): PricingRules => ({
  version: 0,
  rounding: 'half-up',
  taxRoundedPer: 'order',
  markets: [],
  taxes: [
    { name: 'Tax', country: '', region: '', category: '', rateMillionths: shop.taxRateMillionths },
  ],
  deliveryOptions: [
    {
      id: 'standard',
      name: 'Standard',
      places: [],
      tiersBy: 'subtotal',
      tiers: [{ from: 0, priceMinor: shop.shippingFlatMinor }],
      max: null,
      freeFromMinor: shop.shippingFreeFromMinor,
      taxCategory: null,
      days: null,
    },
  ],
  promotions: [],
});
