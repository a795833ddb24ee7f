import type { Address } from '../../shared/api/types.ts';

export function PostalAddress({ title, address }: { title: string; address: Address }) {
  const city = `${address.postal_code} ${address.city}`;
  const country = new Intl.DisplayNames('en', { type: 'region' }).of(address.country);
  const lines = [address.name, address.line1, address.line2, city, address.region, country];
  return (
    <div>
      <h2 className="font-semibold">{title}</h2>
      <address className="mt-2 text-muted leading-relaxed not-italic">
        {lines
          .filter((line) => line)
          .map((line) => (
            <span key={line} className="block">
              {line}
            </span>
          ))}
      </address>
    </div>
  );
}
