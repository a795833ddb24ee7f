import { AddressFields } from './address-fields.tsx';

export function ShippingFields() {
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Delivery address</legend>
      <AddressFields kind="shipping" />
    </fieldset>
  );
}
